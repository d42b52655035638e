package io.katamonitor.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestAdmissionTest {
  private final Router router =
      new Router()
          .add("/hello", "hello", Exchange::abort)
          .addHealth("/healthz", "healthz", Exchange::abort)
          .addWithPost("/echo", "echo", Exchange::abort);
  private boolean healthOnly;
  private final RequestAdmission admission =
      new RequestAdmission(router, new RequestInput(System::nanoTime), () -> healthOnly);
  private final EmbeddedChannel channel = new EmbeddedChannel(admission);

  @AfterEach
  void finish() {
    channel.finishAndReleaseAll();
  }

  private static HttpRequest get(String target) {
    return request(HttpMethod.GET, target);
  }

  private static HttpRequest request(HttpMethod method, String target) {
    var request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, target);
    request.headers().set("Host", "x");
    return request;
  }

  private Object admitted(HttpRequest head) {
    channel.writeInbound(head);
    return channel.readInbound();
  }

  private int rejectedWith(HttpRequest head) {
    return ((Rejection) admitted(head)).status().code();
  }

  @Test
  void acceptedHeadIsRouted() {
    var pending = (PendingRequest) admitted(get("/hello?a=b"));
    assertThat(pending.route().handler()).isEqualTo("hello");
    assertThat(pending.request().parameter("a")).isEqualTo("b");
    assertThat(pending.keepAlive()).isTrue();
    assertThat(pending.hasBody()).isFalse();
    assertThat(pending.isHttp10()).isFalse();
  }

  @Test
  void nothingFollowsARejection() {
    assertThat(rejectedWith(get("hello"))).isEqualTo(400);
    var content = new DefaultHttpContent(Unpooled.buffer(1).writeByte(1));
    channel.writeInbound(content, get("/hello"));
    assertThat(content.refCnt()).isZero();
    assertThat(channel.<Object>readInbound()).isNull();
  }

  @Test
  void onAHealthPlaceOtherPathsAreUnavailable() {
    healthOnly = true;
    assertThat(admitted(get("/healthz"))).isInstanceOf(PendingRequest.class);
    assertThat(rejectedWith(get("/hello"))).isEqualTo(503);
  }

  @Test
  void plainHttpToATlsPortGetsA400() {
    admission.rejectPlain();
    var rejection = (Rejection) admitted(get("/hello"));
    assertThat(rejection.status().code()).isEqualTo(400);
    assertThat(rejection.sentence()).contains("HTTPS");
  }

  @ParameterizedTest
  @CsvSource({"64, true", "65, false"})
  void queryParametersAreCounted(int count, boolean isAccepted) {
    assertThat(admitted(get("/hello?" + "a&".repeat(count))) instanceof PendingRequest)
        .isEqualTo(isAccepted);
  }

  @Test
  void lineAndFieldsTogetherAreLimited() {
    var head = get("/hello?" + "x".repeat(4_200));
    head.headers().set("A", "x".repeat(4_200));
    assertThat(rejectedWith(head)).isEqualTo(431);
  }

  @Test
  void bodyIsPassedOnUpToItsLimit() {
    var head = request(HttpMethod.POST, "/echo");
    head.headers().set("Transfer-Encoding", "chunked");
    assertThat(((PendingRequest) admitted(head)).bodyIsRead()).isTrue();
    int half = ServerLimits.BODY_BYTES / 2;
    for (int i = 0; i < 2; i++) {
      channel.writeInbound(new DefaultHttpContent(Unpooled.buffer(half).writeZero(half)));
      Object content = channel.readInbound();
      assertThat(content).isInstanceOf(DefaultHttpContent.class);
      ReferenceCountUtil.release(content);
    }
    channel.writeInbound(new DefaultLastHttpContent(Unpooled.buffer(1).writeByte(1)));
    assertThat(((Rejection) channel.readInbound()).status().code()).isEqualTo(413);
  }

  @Test
  void lastContentFollowsARequestWithoutBody() {
    channel.writeInbound(get("/hello"), LastHttpContent.EMPTY_LAST_CONTENT);
    assertThat(channel.<Object>readInbound()).isInstanceOf(PendingRequest.class);
    assertThat(channel.<Object>readInbound()).isSameAs(LastHttpContent.EMPTY_LAST_CONTENT);
  }
}
