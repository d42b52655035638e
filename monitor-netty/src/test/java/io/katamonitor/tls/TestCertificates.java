package io.katamonitor.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Certificates and keys of every kind; {@code make.sh} beside them tells how they were made. */
public final class TestCertificates {
  private static final Path MADE = Path.of("src/test/resources/certificates");

  private TestCertificates() {}

  public static void copyTo(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(MADE)) {
      for (var file : (Iterable<Path>) files::iterator) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
  }
}
