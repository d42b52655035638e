package io.katamonitor.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.server.Request;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which sandbox {@link SandboxParameter} finds for a request. */
class SandboxParameterTest {
  private static Request request(@Nullable String sandbox, @Nullable String alias) {
    var parameters =
        Map.of(
            "sandbox", sandbox == null ? List.<String>of() : List.of(sandbox),
            "sandbox_id", alias == null ? List.<String>of() : List.of(alias));
    return new Request(HttpMethod.GET, "/metrics", parameters, EmptyHttpHeaders.INSTANCE);
  }

  @ParameterizedTest
  @CsvSource({
    "box1, , box1",
    ", box2, box2",
    "box1, box2, box1",
    "'', box2, box2",
    "'', , ",
    ", '', ",
    "'', '', ",
    ", , ",
  })
  void emptyValueCountsAsAbsent(
      @Nullable String sandbox, @Nullable String alias, @Nullable String named) {
    var request = request(sandbox, alias);
    assertThat(SandboxParameter.value(request)).isEqualTo(named);
    assertThat(SandboxParameter.isIn(request)).isEqualTo(named != null);
  }
}
