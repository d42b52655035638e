package io.katamonitor.shim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** An input is what a shim sends. Without {@code bin/fuzz} some responses are run. */
class ShimResponseFuzzTest {
  static Stream<byte[]> responses() {
    return Stream.concat(ShimConnectionTest.ACCEPTED.stream(), ShimConnectionTest.REJECTED.stream())
        .map(response -> response.getBytes(ISO_8859_1));
  }

  @MethodSource("responses")
  @FuzzTest
  void response(byte[] sent) {
    var whole = outcome(sent, Math.max(1, sent.length));
    for (int piece : new int[] {1, 2, 7, 64}) {
      assertThat(outcome(sent, piece)).isEqualTo(whole);
    }
    // And as a body, in chunks.
    assertThat(outcome(chunked(sent), 5))
        .isEqualTo(List.of("200", "completed", new String(sent, ISO_8859_1)));
  }

  /** The events of the listener and the body; no body for a rejected response. */
  private static List<String> outcome(byte[] sent, int piece) {
    var channel = new EmbeddedChannel();
    var listener = new RecordingListener();
    var connection =
        new ShimConnection(
            channel.eventLoop(),
            new ReadPacing(channel.eventLoop()),
            new HashSet<>(),
            Path.of("/a1/shim-monitor.sock"),
            ShimRequest.METRICS,
            listener);
    connection.build(channel.pipeline());
    for (int from = 0; from < sent.length; from += piece) {
      channel.writeInbound(Unpooled.copiedBuffer(sent, from, Math.min(piece, sent.length - from)));
    }
    channel.finishAndReleaseAll();
    boolean isComplete = listener.events.contains("completed");
    listener.events.add(isComplete ? listener.body.toString(ISO_8859_1) : "");
    return List.copyOf(listener.events);
  }

  private static byte[] chunked(byte[] body) {
    var response = new ByteArrayOutputStream();
    response.writeBytes(ascii("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
    int from = 0;
    while (from < body.length) {
      int to = Math.min(body.length, from + 1 + (body[from] & 0x3F));
      response.writeBytes(ascii(Integer.toHexString(to - from) + "\r\n"));
      response.writeBytes(Arrays.copyOfRange(body, from, to));
      response.writeBytes(ascii("\r\n"));
      from = to;
    }
    response.writeBytes(ascii("0\r\n\r\n"));
    return response.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(ISO_8859_1);
  }
}
