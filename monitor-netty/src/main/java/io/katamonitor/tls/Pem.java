package io.katamonitor.tls;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Where PEM text comes from. */
sealed interface Pem {
  /**
   * A file, read each time.
   *
   * @param key of the configuration, or flag, that names it
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
   * Text that stands in the configuration itself.
   *
   * @param key of the configuration that has it
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

  /** What the operator calls it, for the sentence of a failure. */
  String name();

  /** The text. Blocks. */
  String read() throws SecuritySetupException;
}
