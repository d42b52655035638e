package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CanonicalSeriesTest {
  private final CanonicalSeries labels = new CanonicalSeries();

  private List<String> read() {
    var all = new ArrayList<String>();
    while (labels.next()) {
      var text = new String(labels.bytes(), US_ASCII);
      all.add(
          text.substring(labels.nameStart(), labels.nameEnd())
              + " "
              + text.substring(labels.valueStart(), labels.valueEnd())
              + " "
              + labels.unescapedLength());
    }
    return all;
  }

  private List<String> prefix(String text) {
    labels.openPrefix(text.getBytes(US_ASCII), 0, text.length());
    return read();
  }

  private List<String> suffix(String text) {
    labels.openSuffix(text.getBytes(US_ASCII), 0, text.length());
    return read();
  }

  @Test
  void readsTheLabelsOfAPrefix() {
    assertThat(prefix("x{")).isEmpty();
    assertThat(prefix("x{a=\"1\",b=\"\",")).containsExactly("a 1 1", "b  0");
    assertThat(prefix("x{a=\"},{=\\\"\\\\\",")).containsExactly("a },{=\\\"\\\\ 6");
  }

  @Test
  void readsTheLabelsOfASuffix() {
    assertThat(suffix("} ")).isEmpty();
    assertThat(suffix(",le=\"+Inf\"} ")).containsExactly("le +Inf 4");
    assertThat(suffix(",quantile=\"1\",le=\"2\"} ")).containsExactly("quantile 1 1", "le 2 1");
  }

  @Test
  void comparesNames() {
    labels.openSuffix(",le=\"1\"} ".getBytes(US_ASCII), 0, 9);
    labels.next();

    assertThat(labels.isNamed(CanonicalSeries.LE)).isTrue();
    assertThat(labels.isNamed(CanonicalSeries.QUANTILE)).isFalse();
  }
}
