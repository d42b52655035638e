package io.katamonitor.config;

import java.util.Optional;

/** A value that may be missing: an empty text takes it back, as the charts of upstream do. */
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
