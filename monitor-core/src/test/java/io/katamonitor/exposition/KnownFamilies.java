package io.katamonitor.exposition;

import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** Looks at the families that a cache knows. */
public final class KnownFamilies {
  private KnownFamilies() {}

  /** Has all of them forgotten, which fails for one that a body still refers to, or too often. */
  public static void assertAllForgettable(ShapeCache cache) {
    cache.forgetUnreferenced();
    for (int i = 0; i < cache.ordinals(); i++) {
      int ordinal = i;
      assertThatIllegalStateException()
          .as("family %d is still referred to", ordinal)
          .isThrownBy(() -> cache.withOrdinal(ordinal));
    }
  }
}
