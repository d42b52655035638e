package io.katamonitor.template;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.memory.MemoryAccount;
import org.junit.jupiter.api.Test;

class LearningQuotaTest {
  private static final byte[] NAME = "kata_x".getBytes(US_ASCII);

  /** A quarter of the 4 MiB is kept for what is derived from templates. */
  private final MemoryAccount templates = new MemoryAccount("templates", 4 << 20);

  private final TemplateCache cache =
      new TemplateCache(LearningNode.NAMES, templates, new MemoryAccount("segments", 6 << 20));

  private static boolean allows(LearningQuota quota) {
    return quota.allows(NAME, 0, NAME.length);
  }

  private boolean allowsAfter(long learnedBytes) {
    var quota = cache.newQuota(new TemplateHints());
    quota.use(learnedBytes);
    return allows(quota);
  }

  @Test
  void aBodyLearnsASixteenthAndAnEighthOfWhatIsFree() throws Exception {
    assertThat(allowsAfter(192 * 1024 - 1)).isTrue();
    assertThat(allowsAfter(192 * 1024)).isFalse();
    templates.charge((4 << 20) - 1536 * 1024);
    assertThat(allowsAfter(192 * 1024 - 1)).isTrue();
    assertThat(allowsAfter(192 * 1024)).isFalse();
  }

  @Test
  void withLessThanHalfFreeItLearnsASixtyFourthOfWhatAnotherSandboxSentAsWell() throws Exception {
    templates.charge(3 << 20);
    assertThat(allowsAfter(0)).as("sent by one").isFalse();
    assertThat(allowsAfter(16 * 1024 - 1)).isTrue();
    assertThat(allowsAfter(16 * 1024)).isFalse();
  }

  @Test
  void aNameThatOneSandboxRepeatsIsNotShared() throws Exception {
    templates.charge(3 << 20);
    var hints = new TemplateHints();
    assertThat(allows(cache.newQuota(hints))).isFalse();
    assertThat(allows(cache.newQuota(hints))).isFalse();
    assertThat(allows(cache.newQuota(new TemplateHints()))).isTrue();
  }

  @Test
  void withLessThanHalfFreeATemplateTakesAtMostA32ndOfIt() throws Exception {
    var quota = cache.newQuota(new TemplateHints());
    assertThat(quota.fits(1 << 20, false)).isTrue();
    templates.charge(3 << 20);
    assertThat(quota.fits(32 * 1024, true)).isTrue();
    assertThat(quota.fits(32 * 1024 + 1, true)).isFalse();
    assertThat(quota.fits(1, false)).isFalse();
  }

  /** More than there is memory for, all before the first ordinary body. */
  @Test
  void whatOrdinaryBodiesShareIsLearnedAfterAnyNumberOfGuestsWithNamesOfTheirOwn()
      throws Exception {
    var node = new LearningNode(1 << 20);
    for (int guest = 0; guest < 400; guest++) {
      var text = new StringBuilder();
      for (int i = 0; i < 500; i++) {
        text.append("kata_").append(guest).append('_').append(i).append(" 1\n");
        text.append("kata_known{item=\"").append(guest).append('_').append(i).append("\"} 1\n");
      }
      node.decodeOfAnother(text.toString()).release();
    }
    var ordinary = new StringBuilder("kata_known{item=\"a\"} 1\n");
    for (int i = 0; i < 40; i++) {
      ordinary.append(LearningNode.gauge("kata_ordinary_" + i, 10, i));
    }
    for (int i = 0; i < 20; i++) {
      node.decodeOfAnother(ordinary.toString()).release();
    }
    var body = node.decodeOfAnother(ordinary.toString());
    int untemplated = 0;
    for (int i = 0; i < body.segments(); i++) {
      untemplated += body.template(i).isUntemplated() ? 1 : 0;
    }
    // Names may still displace each other.
    assertThat(untemplated).isLessThan(3);
    body.release();
  }
}
