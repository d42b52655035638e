package io.katamonitor.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CommandsTest {
  private final SimulatedNode node = SimulatedNode.start();

  @AfterEach
  void close() {
    node.close();
  }

  private String tell(String line) {
    return Commands.execute(node, line.split(" ", -1));
  }

  private SimulatedSandbox only() {
    assertThat(node.sandboxes()).hasSize(1);
    return node.sandboxes().getFirst();
  }

  @Test
  void sandboxBootsCrashesIsKilledAndRemoved() throws Exception {
    var id = tell("boot go");
    assertThat(only().socket()).doesNotExist();
    assertThat(only().directory().resolve("persist.json")).exists();
    assertThat(tell("booted " + id)).isEqualTo("ok");
    assertThat(Shims.get(only(), "/agent-url")).contains("vsock://");
    var next = tell("crash " + id);
    assertThat(next).isNotEqualTo(id).isEqualTo(only().id());
    assertThat(only().spec().attempt()).isOne();
    assertThat(tell("kill " + next)).isEqualTo("ok");
    assertThat(only().socket()).exists();
    assertThat(tell("remove " + next)).isEqualTo("ok");
    assertThat(node.sandboxes()).isEmpty();
    assertThat(node.replaced()).isEmpty();
  }

  @Test
  void faultsAndScrapesAreReported() throws Exception {
    var id = tell("add runtime-rs");
    assertThat(Shims.get(only(), "/metrics")).isNotEmpty();
    assertThat(tell("scrapes")).isEqualTo("1");
    assertThat(tell("fault " + id + " stuck")).isEqualTo("ok");
    assertThat(only().fault()).isEqualTo(new Fault.Stuck());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tell("frob"))
        .withMessage("there is no command frob");
  }
}
