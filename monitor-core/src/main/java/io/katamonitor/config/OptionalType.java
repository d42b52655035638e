package io.katamonitor.config;

import java.util.Optional;

/** A value that may be unset: an empty text unsets it, as in the upstream charts. */
record OptionalType<T>(FlagType<T> value) implements FlagType<Optional<T>> {
  @Override
  public String placeholder() {
    return value.placeholder();
  }

  @Override
  public Optional<T> parse(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(value.parse(text));
  }

  @Override
  public String format(Optional<T> set) {
    return set.isEmpty() ? "" : value.format(set.get());
  }
}
