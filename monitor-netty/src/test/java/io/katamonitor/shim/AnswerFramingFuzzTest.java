package io.katamonitor.shim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** An input is what a shim sends. Without {@code bin/fuzz} some answers are run. */
class AnswerFramingFuzzTest {
  private static final int MAX_BYTES = 1 << 20;

  /**
   * What an answer comes to.
   *
   * @param end the refusal, or how the framing stands
   * @param body empty where it was refused
   */
  private record Outcome(String end, String body) {}

  static Stream<byte[]> answers() {
    var ok = "HTTP/1.1 200 OK\r\n";
    var chunks = ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc";
    return Stream.of(
            ok + "Content-Length: 3\r\n\r\nabcd",
            ok + "content-length: 3\r\ncontent-length: 3\r\n\r\nab",
            ok + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
            ok + "Content-Length: 99999999\r\n\r\n",
            ok + "Content-Length: -1\r\n\r\n",
            chunks + "\r\nA;x=y\r\n0123456789\r\n0\r\nT: x\r\n\r\n",
            chunks + "d\r\n0\r\n\r\n",
            chunks + "\r\nfffffffff\r\n",
            ok + "Transfer-Encoding: gzip, chunked\r\n\r\n",
            ok + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
            ok + "Content-Encoding: gzip\r\n\r\n",
            ok + "\r\nuntil the end",
            ok + "a line without colon\r\n\r\n",
            "HTTP/1.0 200 OK\n\nuntil the end",
            "HTTP/1.1 100 Continue\r\n\r\n" + ok + "Content-Length: 0\r\n\r\n",
            "HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n",
            "HTTP/1.1 200\r\n\r\n",
            "HTTP/2 200\r\n\r\n",
            "kata_a 1\n")
        .map(answer -> answer.getBytes(ISO_8859_1));
  }

  @MethodSource("answers")
  @FuzzTest
  void answer(byte[] sent) {
    var whole = outcome(sent, sent.length);
    assertThat(whole.body.length()).isLessThanOrEqualTo(sent.length);
    for (int piece : new int[] {1, 2, 7, 64}) {
      assertThat(outcome(sent, piece)).isEqualTo(whole);
    }
    // And as a body, in chunks.
    assertThat(outcome(chunked(sent), 5))
        .isEqualTo(new Outcome("complete", new String(sent, ISO_8859_1)));
  }

  private static Outcome outcome(byte[] sent, int piece) {
    var framing = new AnswerFraming(MAX_BYTES);
    var body = new ByteArrayOutputStream();
    byte[] room = new byte[Math.max(piece, 1)];
    try {
      for (int from = 0; from < sent.length; from += piece) {
        var in = Unpooled.wrappedBuffer(sent, from, Math.min(piece, sent.length - from));
        body.write(room, 0, framing.feed(in, room, 0));
        assertThat(in.isReadable()).isFalse();
      }
    } catch (AnswerFraming.Refusal refusal) {
      return new Outcome(refusal.reason + " " + refusal.getMessage(), "");
    }
    var end = framing.isComplete() ? "complete" : framing.endsWithConnection() ? "open" : "half";
    return new Outcome(end, body.toString(ISO_8859_1));
  }

  private static byte[] chunked(byte[] body) {
    var answer = new ByteArrayOutputStream();
    answer.writeBytes(ascii("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
    int from = 0;
    while (from < body.length) {
      int to = Math.min(body.length, from + 1 + (body[from] & 0x3F));
      answer.writeBytes(ascii(Integer.toHexString(to - from) + "\r\n"));
      answer.writeBytes(Arrays.copyOfRange(body, from, to));
      answer.writeBytes(ascii("\r\n"));
      from = to;
    }
    answer.writeBytes(ascii("0\r\n\r\n"));
    return answer.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(ISO_8859_1);
  }
}
