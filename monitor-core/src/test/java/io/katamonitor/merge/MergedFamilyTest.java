package io.katamonitor.merge;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.exposition.FamilyType;
import org.junit.jupiter.api.Test;

class MergedFamilyTest {
  @Test
  void hasNameTypeAndHelp() {
    byte[] help = "X.".getBytes(US_ASCII);
    var family =
        new MergedFamily("kata_x", "kata_x".getBytes(US_ASCII), FamilyType.SUMMARY, help, 3);

    assertThat(family.name()).isEqualTo("kata_x");
    assertThat(family.nameBytes()).isEqualTo("kata_x".getBytes(US_ASCII));
    assertThat(family.type()).isEqualTo(FamilyType.SUMMARY);
    assertThat(family.help()).isSameAs(help);
    assertThat(family.firstNode()).isEqualTo(3);
  }
}
