package io.katamonitor.merge;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.exposition.FamilyType;
import io.katamonitor.template.DropReason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KataNamesTest {
  private final KataNames names = new KataNames(false, name -> !name.equals("kata_denied"));

  @ParameterizedTest
  @CsvSource({
    "go_threads,kata_shim_",
    "process_open_fds,kata_shim_",
    "go,''",
    "gone_x,''",
    "process,''",
    "kata_go_x,''",
    "kata_shim_go_x,''"
  })
  void familiesOfTheShimProcessGetThePrefixOfKata(String name, String prefix) {
    assertThat(names.prefix(name)).isEqualTo(prefix);
  }

  @ParameterizedTest
  @CsvSource({
    "kata_x,",
    "kata_,",
    "kata_monitor,RESERVED",
    "kata_monitor_x,RESERVED",
    "kata_monitors,",
    "kata_monitor:x,",
    "kata_pod,RESERVED",
    "kata_pod_cpu,RESERVED",
    "kata_podx,",
    "kata,FOREIGN",
    "node_load,FOREIGN",
    "kata_denied,DENYLIST"
  })
  void familiesAreDroppedByTheirNames(String name, @Nullable DropReason reason) {
    assertThat(names.dropReason(name)).isEqualTo(reason);
  }

  @Test
  void foreignFamiliesAreKeptIfAllowedAndReservedOnesNever() {
    var permissive = new KataNames(true, name -> true);

    assertThat(permissive.dropReason("node_load")).isNull();
    assertThat(permissive.dropReason("kata_pod_x")).isEqualTo(DropReason.RESERVED);
  }

  @Test
  void fourLabelsAreAdded() {
    for (var label : List.of("sandbox_id", "cri_uid", "cri_name", "cri_namespace")) {
      byte[] text = ("{" + label + "=").getBytes(US_ASCII);
      assertThat(names.isAddedLabel(text, 1, text.length - 1)).isTrue();
      assertThat(names.isAddedLabel(text, 1, text.length - 2)).isFalse();
    }
  }

  @Test
  void ownFamiliesComeFirstThenAllByName() {
    var families = new ArrayList<MergedFamily>();
    for (var name : List.of("kata_b", "kata_pod_x", "kata_monitor_b", "kata_B", "kata_monitor_a")) {
      families.add(
          new MergedFamily(name, name.getBytes(US_ASCII), FamilyType.GAUGE, null, families.size()));
    }
    families.sort(KataNames::compare);

    assertThat(families)
        .extracting(MergedFamily::name)
        .containsExactly("kata_monitor_a", "kata_monitor_b", "kata_B", "kata_b", "kata_pod_x");
  }
}
