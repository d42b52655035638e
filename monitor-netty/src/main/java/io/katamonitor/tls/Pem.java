package io.katamonitor.tls;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Source of a PEM text. */
sealed interface Pem {
  /**
   * A file, read each time.
   *
   * @param key of the configuration, or flag, with its path
   */
  record InFile(String key, Path path) implements Pem {
    @Override
    public String name() {
      return key + " " + path;
    }

    @Override
    public String read() throws SecuritySetupException {
      return new String(RegularFile.read(path, name()), StandardCharsets.ISO_8859_1);
    }
  }

  /**
   * Text in the configuration itself.
   *
   * @param key of the configuration with the text
   */
  record Inline(String key, String text) implements Pem {
    @Override
    public String name() {
      return key;
    }

    @Override
    public String read() {
      return text;
    }

    /** Without the text, which may be a private key. */
    @Override
    public String toString() {
      return key;
    }
  }

  /** Its name for operators, in error messages. */
  String name();

  /** The text. Blocks. */
  String read() throws SecuritySetupException;
}
