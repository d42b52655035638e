package io.katamonitor.merge;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.exposition.FamilyType;
import org.junit.jupiter.api.Test;

class DeclarationTest {
  private static Declaration declaration(int votes, int firstNode) {
    var declaration = new Declaration("kata_x", 0);
    declaration.votes = votes;
    declaration.firstNode = firstNode;
    return declaration;
  }

  @Test
  void oneWithMoreVotesComesFirstThenTheOneThatIsFirst() {
    assertThat(Declaration.compare(declaration(2, 9), declaration(1, 3))).isNegative();
    assertThat(Declaration.compare(declaration(2, 9), declaration(2, 3))).isPositive();
    assertThat(Declaration.compare(declaration(2, 3), declaration(2, 9))).isNegative();
  }

  @Test
  void oneForSamplesOfANameIsUntyped() {
    var declaration = new Declaration("kata_x_sum", 7);

    assertThat(declaration.type).isEqualTo(FamilyType.UNTYPED);
    assertThat(declaration.name()).isEqualTo("kata_x_sum");
    assertThat(declaration.nameBytes()).isEqualTo("kata_x_sum".getBytes(US_ASCII));
    assertThat(declaration.firstBody).isEqualTo(7);
  }
}
