package io.katamonitor.shim;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.scrape.FailureReason;
import io.katamonitor.scrape.ShimClient;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsResponseTest {
  private static final int MAX_BYTES = 1000;

  private final List<String> events = new ArrayList<>();
  private final MetricsResponse response = new MetricsResponse(new Receiver());

  /** Keeps two bytes of an unfinished line before what comes next, as a decoder does. */
  private final class Receiver implements ShimClient.Receiver {
    private final byte[] text = new byte[100];

    @Override
    public int maxBytes() {
      return MAX_BYTES;
    }

    @Override
    public void connected() {
      events.add("connected");
    }

    @Override
    public void connectFailed(ShimClient.ConnectFailure failure, String detail) {
      events.add("connect failed " + failure);
    }

    @Override
    public void responseBegan() {
      events.add("began");
    }

    @Override
    public int begin(int more) {
      events.add("begin " + more);
      return 2;
    }

    @Override
    public byte[] text() {
      return text;
    }

    @Override
    public void advance(int end, int count) {
      events.add("advance " + new String(text, 2, end - 2, US_ASCII) + " " + count);
    }

    @Override
    public void completed() {
      events.add("completed");
    }

    @Override
    public void rejected(FailureReason reason, String detail) {
      events.add("rejected " + reason.label());
    }

    @Override
    public void closed(String detail) {
      events.add("closed");
    }
  }

  private void opened() {
    var loop = new EmbeddedChannel().eventLoop();
    response.from(
        new ShimConnection(
            loop,
            new ReadPacing(loop),
            new HashSet<>(),
            Path.of("/none"),
            ShimRequest.get("/metrics"),
            response));
  }

  private static HttpResponse head(int status, int length) {
    var head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
    head.headers().set(HttpHeaderNames.CONTENT_LENGTH, length);
    return head;
  }

  private void content(String text) {
    response.content(Unpooled.copiedBuffer(text, US_ASCII));
  }

  @Test
  void allContentOfAReadIsHandedOverAtOnce() {
    opened();
    response.readBegan(50);
    response.head(head(200, 7));
    content("abc");
    content("de");
    response.readComplete();
    response.readBegan(9);
    content("fg");
    response.readComplete();
    response.completed();
    assertThat(events)
        .containsExactly(
            "began", "begin 50", "advance abcde 5", "begin 9", "advance fg 2", "completed");
  }

  @Test
  void readWithoutContentIsNotHandedOver() {
    opened();
    response.readBegan(50);
    response.head(head(200, 7));
    response.readComplete();
    assertThat(events).containsExactly("began");
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 206, 302, 404, 500})
  void anotherStatusThan200IsRejected(int status) {
    opened();
    response.readBegan(50);
    response.head(head(status, 0));
    assertThat(events).containsExactly("began", "rejected status");
  }

  @Test
  void lengthOverTheLimitIsRejectedBeforeItsContent() {
    opened();
    response.head(head(200, MAX_BYTES));
    assertThat(events).isEmpty();
    response.head(head(200, MAX_BYTES + 1));
    assertThat(events).containsExactly("rejected too_large");
  }

  @Test
  void eventsOfTheConnectionArePassedOn() {
    response.connectFailed(ShimClient.ConnectFailure.DENIED, "x");
    response.connected();
    response.closed("x");
    response.rejected(FailureReason.MALFORMED, "x");
    assertThat(events)
        .containsExactly("connect failed DENIED", "connected", "closed", "rejected malformed");
  }
}
