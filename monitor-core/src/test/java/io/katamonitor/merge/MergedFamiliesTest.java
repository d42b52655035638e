package io.katamonitor.merge;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.katamonitor.encode.MergedNode;
import io.katamonitor.memory.MemoryAccount;
import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.template.DecodedBody;
import java.util.List;
import org.junit.jupiter.api.Test;

class MergedFamiliesTest {
  private final MergedNode node = new MergedNode();
  private final MemoryAccount account = new MemoryAccount("merges", 1000);

  private DecodedBody decode(String text) {
    var body =
        requireNonNull(node.decode(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
    return body;
  }

  @Test
  void holdsTheBodiesUntilItsLastHolderReleasesIt() throws Exception {
    var body = decode("kata_a 1\nkata_b 2\n");
    var families =
        new MergedFamilies(
            List.of(new LabeledBody(SandboxLabels.NONE, body)), name -> true, account);
    body.release();
    families.retain();
    assertThat(account.usedBytes()).isPositive();

    families.release();
    assertThat(node.store().bytesInUse()).isPositive();
    families.release();
    assertThat(account.usedBytes()).isZero();
    node.assertNothingHeld();
    assertThatThrownBy(families::release).isInstanceOf(AssertionError.class);
  }

  @Test
  void omitsFamiliesThatAreNotSelected() throws Exception {
    var body = decode("kata_a 1\nkata_b 2\n");
    var whole =
        new MergedFamilies(
            List.of(new LabeledBody(SandboxLabels.NONE, body)), name -> true, account);
    var families = whole.select("kata_b"::equals);
    whole.release();

    assertThat(families.families().stream().filter(families::isWanted))
        .extracting(MergedFamily::name)
        .containsExactly("kata_b");
    assertThat(families.bodies()).isEqualTo(1);
    families.release();
    assertThat(account.usedBytes()).isZero();
    body.release();
  }

  @Test
  void holdsNothingIfThereIsNoMemoryForIt() {
    var body = decode("kata_a 1\nkata_b 2\nkata_c 3\nkata_d 4\nkata_e 5\n");

    assertThatThrownBy(() ->
            new MergedFamilies(
                List.of(new LabeledBody(SandboxLabels.NONE, body)), name -> true, account))
        .isInstanceOf(MemoryExhaustedException.class);
    body.release();
    node.assertNothingHeld();
    assertThat(account.usedBytes()).isZero();
  }

  @Test
  void findsTheBodyOfASegment() throws Exception {
    var two = decode("kata_a 1\nkata_b 2\n");
    var none = decode("");
    var one = decode("kata_a 3\n");
    var families =
        new MergedFamilies(
            List.of(
                new LabeledBody(SandboxLabels.NONE, two),
                new LabeledBody(SandboxLabels.NONE, none),
                new LabeledBody(SandboxLabels.NONE, one)),
            name -> true,
            account);

    assertThat(families.bodyOf(1, 0)).isZero();
    assertThat(families.bodyOf(2, 0)).isEqualTo(2);
    assertThat(families.segmentInBody(2, 2)).isZero();
    assertThat(families.body(2).body()).isSameAs(one);
  }
}
