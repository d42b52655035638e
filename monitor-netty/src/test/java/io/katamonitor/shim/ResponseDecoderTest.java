package io.katamonitor.shim;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResponseDecoderTest {
  private static EmbeddedChannel decoding(boolean isToHead, String response) {
    var channel = new EmbeddedChannel(new ResponseDecoder(isToHead));
    channel.writeInbound(Unpooled.copiedBuffer(response, StandardCharsets.US_ASCII));
    return channel;
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1 200 OK, A: b,",
    "HTTP/1.1 500 No, Transfer-Encoding: Chunked,",
    "HTTP/1.1 200 OK, Content-Encoding: identity,",
    "HTTP/2.0 200 OK, A: b, not HTTP/1: HTTP/2.0",
    "HTTP/1.1 101 Switching, A: b, a protocol that was not requested",
    "HTTP/1.1 200 OK, Transfer-Encoding: gzip, a transfer coding other than chunked",
    "HTTP/1.1 200 OK, Content-Encoding: br, a content coding that was not requested",
  })
  void headIsAcceptedOrHasAProblem(String line, String field, @Nullable String problem) {
    var channel = decoding(false, line + "\r\n" + field + "\r\n\r\n");
    HttpResponse head = channel.readInbound();
    assertThat(head.decoderResult().isSuccess()).isTrue();
    assertThat(ResponseDecoder.problem(head)).isEqualTo(problem);
    channel.finishAndReleaseAll();
  }

  @Test
  void responseToAHeadRequestHasNoContent() {
    var channel = decoding(true, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
    Object head = channel.readInbound();
    Object end = channel.readInbound();
    assertThat(head).isInstanceOf(HttpResponse.class);
    assertThat(end).isInstanceOf(LastHttpContent.class);
    channel.finishAndReleaseAll();
  }
}
