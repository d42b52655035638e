package io.katamonitor.template;

import org.jspecify.annotations.Nullable;

/**
 * How families and labels of shims are named in a response, and which families are dropped. The
 * decoder calls it once per family name and once per series that it learns. Implementations are
 * immutable.
 */
public interface NamingPolicy {
  /**
   * Prefix of the name of a family, and of its samples, in a response; often empty.
   *
   * @param shimName the name that the shim gives it
   */
  String prefix(String shimName);

  /** Why the family with this name in the response is dropped; null if it is kept. */
  @Nullable DropReason dropReason(String name);

  /**
   * Whether bodies keep the samples of the family with this name even if the operator's list drops
   * it from responses, because guest usage is derived from them.
   */
  boolean isSource(String name);

  /** Whether the label name {@code [from, to)} is one of those that the monitor adds. */
  boolean isAddedLabel(byte[] text, int from, int to);
}
