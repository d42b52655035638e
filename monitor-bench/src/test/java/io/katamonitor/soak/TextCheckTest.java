package io.katamonitor.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the parser of the soak test accepts and rejects. */
class TextCheckTest {
  private static final String RAW =
      """
      # HELP go_threads Threads.
      # TYPE go_threads gauge
      go_threads 7
      # HELP kata_h Times.
      # TYPE kata_h histogram
      kata_h_bucket{le="1"} 1
      kata_h_bucket{le="+Inf"} 2
      kata_h_sum 3.5e+06
      kata_h_count 2
      """;

  private static final String MERGED =
      """
      # HELP kata_monitor_sandbox_up Up.
      # TYPE kata_monitor_sandbox_up gauge
      kata_monitor_sandbox_up{sandbox_id="a",cri_uid="u"} 1
      # HELP kata_h Times.
      # TYPE kata_h histogram
      kata_h_bucket{sandbox_id="a",cri_uid="u",le="1"} 5
      kata_h_bucket{sandbox_id="a",cri_uid="u",le="+Inf"} 6
      kata_h_sum{sandbox_id="a",cri_uid="u"} 7
      kata_h_count{sandbox_id="a",cri_uid="u"} 6
      # HELP kata_shim_go_threads Threads.
      # TYPE kata_shim_go_threads gauge
      kata_shim_go_threads{sandbox_id="a",cri_uid="u"} 8
      """;

  private static InputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void sandboxHasTheSamplesThatItsShimSent() throws Exception {
    var had = TextCheck.merged(bytes(MERGED));
    assertThat(had).containsOnlyKeys("a");
    var raw = TextCheck.raw(bytes(RAW), List.of());
    assertThat(raw.samples).isEqualTo(5);
    assertThat(had.getOrDefault("a", new SampleCount()).isSameAs(raw)).isTrue();
    assertThat(had.getOrDefault("a", new SampleCount()).unlabelled).isZero();
    assertThat(TextCheck.raw(bytes(RAW), List.of("kata_shim_go")).samples).isOne();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"le=\"1\"} 5|le=\"2\"} 5", "kata_shim_go_threads{|kata_shim_go_threads{x=\"1\","})
  void differentLabelsGiveDifferentSums(String change) throws Exception {
    var parts = change.split("\\|", -1);
    var had = TextCheck.merged(bytes(MERGED.replace(parts[0], parts[1])));
    assertThat(
            had.getOrDefault("a", new SampleCount()).isSameAs(TextCheck.raw(bytes(RAW), List.of())))
        .isFalse();
  }

  @Test
  void sampleWithoutPodIsCounted() throws Exception {
    var had = TextCheck.merged(bytes(MERGED.replace("cri_uid=\"u\"", "cri_uid=\"\"")));
    assertThat(had.getOrDefault("a", new SampleCount()).unlabelled).isEqualTo(5);
  }

  /** Text to replace, and its replacement. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "kata_shim_go_threads{|kata_shim_go_thread{",
        "} 8\n|} 8",
        "} 8|} 8 ",
        "} 8|}  8",
        "} 8|} 0x8",
        "} 8|} 1e999",
        "} 8|} ",
        "} 8| 8",
        "sandbox_id=\"a\",cri_uid=\"u\"} 8|cri_uid=\"u\"} 8",
        "cri_uid=\"u\"} 8|sandbox_id=\"b\"} 8",
        "cri_uid=\"u\"} 8|cri_uid=\"u} 8",
        "cri_uid=\"u\"} 8|cri_uid=\"\\u\"} 8",
        "cri_uid=\"u\"} 8|cri_uid=u} 8",
        "cri_uid=\"u\"} 8|} 8",
        "# HELP kata_h|# kata_h",
        "# HELP kata_h Times.\n|# HELP kata_h Times.\n# HELP kata_h Times.\n",
        "# TYPE kata_h histogram\n|",
        "# TYPE kata_h histogram\n|# TYPE kata_h gauge\n",
        "# TYPE kata_h histogram\n|# TYPE kata_h gauge_histogram\n",
        "kata_shim_go_threads|kata_a",
        "kata_shim_go_threads|kata_monitor_z",
        "# HELP kata_shim_go_threads Threads.\n# TYPE kata_shim_go_threads gauge\n|",
        "} 7\n|} 7\n\n",
      })
  void textThatTheMonitorNeverWritesIsIllegal(String change) {
    var parts = change.split("\\|", -1);
    var text = MERGED.replace(parts[0], parts[1]);
    assertThat(text).isNotEqualTo(MERGED);
    assertThatThrownBy(() -> TextCheck.merged(bytes(text))).isInstanceOf(TextCheck.Illegal.class);
  }
}
