package io.katamonitor.top;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class CausesTest {
  @Test
  void describesTheInnermostCause() {
    assertThat(Causes.describe(new NoSuchFileException("/x"))).isEqualTo("no such file");
    assertThat(Causes.describe(new FileNotFoundException())).isEqualTo("no such file");
    assertThat(Causes.describe(new AccessDeniedException("/x"))).isEqualTo("permission denied");
    assertThat(Causes.describe(new UnknownHostException("x")))
        .isEqualTo("the host's name is unknown");
    assertThat(
            Causes.describe(
                new CompletionException(
                    new ConnectException(
                        "finishConnect(..) failed with error(-111): Connection refused"))))
        .isEqualTo("connection refused");
    assertThat(
            Causes.describe(
                new DecoderException(new NotSslRecordException("not a record: 485454502f"))))
        .isEqualTo("its port does not speak TLS: use a URL with http");
    assertThat(Causes.describe(new IOException("a sentence"))).isEqualTo("a sentence");
    assertThat(Causes.describe(new IllegalStateException())).isEqualTo("IllegalStateException");
  }
}
