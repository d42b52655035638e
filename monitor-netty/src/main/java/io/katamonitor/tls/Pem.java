package io.katamonitor.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Where PEM text comes from. Reading blocks. */
sealed interface Pem {
  /** A file, read anew each time. */
  record InFile(Path path) implements Pem {}

  /** Text that stands in the configuration itself. */
  record Inline(String text) implements Pem {
    @Override
    public String toString() {
      return "inline";
    }
  }

  /** More is no certificate file, but a mistake. */
  long MOST_BYTES = 1024 * 1024;

  /**
   * The text.
   *
   * @param name what it is called in the sentence of a failure
   */
  default String read(String name) throws SecuritySetupException {
    return switch (this) {
      case Inline(String text) -> text;
      case InFile(Path path) -> {
        try {
          if (Files.size(path) > MOST_BYTES) {
            throw new SecuritySetupException(name + " " + path + " is larger than 1 MiB");
          }
          yield Files.readString(path, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
          throw new SecuritySetupException(name + " " + path + " does not exist");
        } catch (IOException e) {
          throw new SecuritySetupException(
              name + " " + path + " cannot be read: " + e.getMessage());
        }
      }
    };
  }
}
