package io.katamonitor.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The flag types without a separate test: a good value, its form in the log, a bad one. */
class FlagTypeTest {
  static Stream<Arguments> types() {
    return Stream.of(
        Arguments.of(new BooleanType(), "T", "true", "yes", "true or false"),
        Arguments.of(new NumberType(0, 9), "09", "9", "10", "a number from 0 to 9"),
        Arguments.of(new PathType(), "/a/../b/", "/b", "", "a path"),
        Arguments.of(new SocketPathType(), "unix:///a", "/a", "a", "the absolute path of a socket"),
        Arguments.of(new AddressType(), "unix://a", "unix:a", "a", "IP:PORT"),
        Arguments.of(new LogLevelType(), "Warn", "warning", "loud", "trace, debug, info, warn"),
        Arguments.of(new LogFormatType(), "json", "json", "xml", "text or json"),
        Arguments.of(new RuntimeRsScrapeType(), "never", "never", "sometimes", "auto"),
        Arguments.of(new PatternListType(), " a.*,,b", "a.*,b", "(", "regular expressions"),
        Arguments.of(new TlsVersionType(), "TLS13", "VersionTLS13", "TLS11", "VersionTLS12 or"),
        Arguments.of(
            new CipherSuitesType(),
            " ,TLS_AES_128_GCM_SHA256",
            "TLS_AES_128_GCM_SHA256",
            "TLS_RSA_WITH_RC4_128_SHA",
            "comma-separated IANA names of secure cipher suites, and"
                + " TLS_RSA_WITH_RC4_128_SHA is none"));
  }

  @ParameterizedTest
  @MethodSource("types")
  <T> void valueIsParsedFormattedOrRejected(
      FlagType<T> type, String good, String formatted, String bad, String expected) {
    T value = type.parse(good);
    assertThat(type.format(value)).isEqualTo(formatted);
    assertThat(type.format(type.parse(formatted))).isEqualTo(formatted);
    assertThatThrownBy(() -> type.parse(bad))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("expected " + expected);
  }
}
