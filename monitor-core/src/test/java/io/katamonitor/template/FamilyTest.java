package io.katamonitor.template;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.merge.KataNames;
import org.junit.jupiter.api.Test;

class FamilyTest {
  @Test
  void hasTheNameThatThePolicyGivesIt() {
    var family = new Family("go_threads", LearningNode.NAMES, 3);

    assertThat(family.shimName()).isEqualTo("go_threads");
    assertThat(family.name()).isEqualTo("kata_shim_go_threads");
    assertThat(family.nameBytes()).isEqualTo("kata_shim_go_threads".getBytes(US_ASCII));
    assertThat(family.prefix()).isEqualTo("kata_shim_".getBytes(US_ASCII));
    assertThat(family.dropReason()).isNull();
    assertThat(family.ordinal()).isEqualTo(3);
    assertThat(family.isBodyLocal()).isFalse();
  }

  @Test
  void isDroppedByItsNameInTheResponse() {
    assertThat(new Family("node_load", LearningNode.NAMES, 0).dropReason())
        .isEqualTo(DropReason.FOREIGN);
    assertThat(new Family("kata_monitor_x", LearningNode.NAMES, 0).dropReason())
        .isEqualTo(DropReason.RESERVED);
    assertThat(new Family("kata_denied", LearningNode.NAMES, 0).dropReason())
        .isEqualTo(DropReason.DENYLIST);
  }

  @Test
  void sourceThatTheListDropsIsKeptAndHidden() {
    var names = new KataNames(false, name -> false);

    var load = new Family("kata_guest_load", names, 0);
    assertThat(load.isHidden()).isTrue();
    assertThat(load.dropReason()).isNull();
    var other = new Family("kata_guest_tasks", names, 1);
    assertThat(other.isHidden()).isFalse();
    assertThat(other.dropReason()).isEqualTo(DropReason.DENYLIST);
  }

  @Test
  void ownFamilyBelongsToABodyAndIsKept() {
    var own = new Family("kata_monitor_x");

    assertThat(own.isBodyLocal()).isTrue();
    assertThat(own.dropReason()).isNull();
    assertThat(own.prefix()).isEmpty();
  }
}
