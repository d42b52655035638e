package io.katamonitor.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** A path, made absolute. */
record PathType() implements FlagType<Path> {
  @Override
  public String placeholder() {
    return "PATH";
  }

  @Override
  public Path parse(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("expected a path");
    }
    try {
      return Path.of(text).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("expected a path that the locale's encoding can spell", e);
    }
  }

  @Override
  public String format(Path value) {
    return value.toString();
  }
}
