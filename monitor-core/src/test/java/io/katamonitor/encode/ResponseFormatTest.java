package io.katamonitor.encode;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResponseFormatTest {
  private static final String DELIMITED =
      "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        " | false",
        "*/* | false",
        "text/html,*/*;q=0.8 | false",
        "text/plain;version=0.0.4;q=0.5,*/*;q=0.1 | false",
        DELIMITED + " | true",
        DELIMITED + ";q=0.7,text/plain;version=0.0.4;q=0.3 | true",
        DELIMITED + ";q=0.2,text/plain;version=0.0.4;q=0.3 | false",
        DELIMITED + ";q=0 | false",
        "application/openmetrics-text;version=1.0.0," + DELIMITED + ";q=0.5 | true",
        "application/openmetrics-text;version=1.0.0,text/plain;q=0.5 | false",
        "text/plain;version=1.0.0;q=0.9," + DELIMITED + ";q=0.5 | true",
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text"
            + " | false",
        "application/vnd.google.protobuf;proto=x;encoding=delimited | false",
        "application/vnd.google.protobuf | false"
      })
  void choosesWhatTheClientPrefers(@Nullable String accept, boolean protobuf) {
    assertThat(ResponseFormat.of(accept, null).protobuf()).isEqualTo(protobuf);
  }

  /** Accept header of Prometheus 2.42 with native histograms, and of Prometheus 3 without them. */
  @Test
  void choosesTheFormatThatPrometheusRequests() {
    assertThat(
            ResponseFormat.of(
                DELIMITED
                    + ",application/openmetrics-text;version=1.0.0;q=0.8,"
                    + "application/openmetrics-text;version=0.0.1;q=0.75,"
                    + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
                "gzip"))
        .isEqualTo(new ResponseFormat(true, true, null));
    var text =
        ResponseFormat.of(
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                + "application/openmetrics-text;version=0.0.1;q=0.5,"
                + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
                + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
            "gzip");
    assertThat(text).isEqualTo(new ResponseFormat(false, true, "allow-utf-8"));
    assertThat(text.contentType())
        .isEqualTo("text/plain; version=0.0.4; charset=utf-8; escaping=allow-utf-8");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        " | false",
        "gzip | true",
        "x-gzip | true",
        "GZIP;q=0.1 | true",
        "gzip;q=0 | false",
        "deflate, br | false",
        "* | true",
        "*;q=0 | false",
        "identity, *;q=0.5 | true",
        "gzip;q=0, * | false",
        "gzip;q=1d | false"
      })
  void compressesIfTheClientAcceptsIt(@Nullable String acceptEncoding, boolean gzip) {
    assertThat(ResponseFormat.of(null, acceptEncoding).gzip()).isEqualTo(gzip);
  }

  @Test
  void namesItsContent() {
    assertThat(new ResponseFormat(false, true, null).contentType())
        .isEqualTo("text/plain; version=0.0.4; charset=utf-8");
    assertThat(new ResponseFormat(true, false, null).contentType())
        .isEqualTo(
            "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily;"
                + " encoding=delimited");
  }

  @Test
  void echoesOnlyEscapingsThatExist() {
    assertThat(ResponseFormat.of("text/plain;escaping=x\r\ny", null).escaping()).isNull();
    assertThat(ResponseFormat.of("text/plain;escaping=dots", null).escaping()).isEqualTo("dots");
  }
}
