package io.katamonitor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NotDirectoryException;
import org.junit.jupiter.api.Test;

class FileErrorsTest {
  @Test
  void reasonIsReadable() {
    assertThat(FileErrors.reason(new AccessDeniedException("/run/kata")))
        .isEqualTo("permission denied");
    assertThat(FileErrors.reason(new NotDirectoryException("/run/kata")))
        .isEqualTo("not a directory");
    assertThat(FileErrors.reason(new FileSystemException("/run/kata", null, "Input/output error")))
        .isEqualTo("Input/output error");
  }

  @Test
  void exceptionWithoutAMessageIsNamed() {
    assertThat(FileErrors.reason(new IOException("short"))).isEqualTo("java.io.IOException: short");
  }
}
