package io.katamonitor.template;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.memory.MemoryAccount;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LearningQuotaTest {
  private static final int KIB = 1024;

  /** A quarter of the 4 MiB is kept for what is derived from templates: 1.5 MiB are to share. */
  private final MemoryAccount templates = new MemoryAccount("templates", 4 << 20);

  private final TemplateCache cache =
      new TemplateCache(LearningNode.NAMES, templates, new MemoryAccount("segments", 6 << 20));

  private boolean allowsAfter(long learnedBytes) {
    var quota = cache.newQuota(new TemplateHints());
    quota.use(learnedBytes);
    return quota.allows(1);
  }

  @Test
  void bodyLearnsASixteenthAndAnEighthOfWhatIsFree() throws Exception {
    assertThat(allowsAfter(192 * KIB - 1)).isTrue();
    assertThat(allowsAfter(192 * KIB)).isFalse();
    templates.charge((4 << 20) - 1536 * KIB);
    assertThat(allowsAfter(192 * KIB - 1)).isTrue();
    assertThat(allowsAfter(192 * KIB)).isFalse();
  }

  @Test
  void withLessThanHalfFreeSandboxLearnsItsShare() throws Exception {
    cache.sandboxes(4);
    templates.charge(3 << 20);
    assertThat(allowsAfter(384 * KIB - 1)).isTrue();
    assertThat(allowsAfter(384 * KIB)).isFalse();
  }

  @Test
  void shareIsOfAllBodiesOfTheSandboxUntilTheSetIsReplaced() throws Exception {
    cache.sandboxes(4);
    templates.charge(3 << 20);
    var sandbox = new TemplateHints();
    sandbox.begin(cache.current());
    cache.newQuota(sandbox).use(384 * KIB);
    sandbox.begin(cache.current());
    assertThat(cache.newQuota(sandbox).allows(1)).isFalse();
    cache.reset();
    sandbox.begin(cache.current());
    assertThat(cache.newQuota(sandbox).allows(1)).isTrue();
  }

  @Test
  void templateTakesAnEighthOfAShareAndAtMostAQuarter() throws Exception {
    cache.sandboxes(4);
    var quota = cache.newQuota(new TemplateHints());
    assertThat(quota.mayGrow(1 << 20)).isTrue();
    assertThat(quota.fits(1 << 20)).isTrue();
    templates.charge(3 << 20);
    assertThat(quota.mayGrow(48 * KIB)).isTrue();
    assertThat(quota.mayGrow(48 * KIB + 1)).isFalse();
    assertThat(quota.allows(48 * KIB)).isTrue();
    assertThat(quota.allows(48 * KIB + 1)).isFalse();
    assertThat(quota.fits(96 * KIB)).isTrue();
    assertThat(quota.fits(96 * KIB + 1)).isFalse();
  }

  @Test
  void sharesOf16KibAreForAsManyOfAThousandSandboxesAsThereIsMemoryFor() throws Exception {
    cache.sandboxes(1000);
    templates.charge(3 << 20);
    int shares = 0;
    int ofTheFirstHundred = 0;
    for (int i = 0; i < 1000; i++) {
      shares += allowsAfter(16 * KIB - 1) ? 1 : 0;
      ofTheFirstHundred = i == 99 ? shares : ofTheFirstHundred;
      assertThat(allowsAfter(16 * KIB)).isFalse();
    }
    assertThat(shares).isBetween(94, 98);
    assertThat(ofTheFirstHundred).isBetween(8, 11);
  }

  @Test
  void nothingOfAShareIsLearnedWhereNoTemplateFits() throws Exception {
    cache.sandboxes(4);
    templates.charge((4 << 20) - 96 * KIB);
    assertThat(allowsAfter(0)).isTrue();
    templates.charge(1);
    assertThat(allowsAfter(0)).isFalse();
  }

  /** Guests in groups that send the same, with more than there is memory for, come first. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8, 40})
  void whatOrdinaryBodiesShareIsLearnedAfterManyGuestsInGroups(int groupSize) throws Exception {
    var node = new LearningNode(4 << 20);
    node.cache.sandboxes(800);
    for (int guest = 0; guest < 400; guest++) {
      int group = guest / groupSize;
      var text = new StringBuilder();
      for (int i = 0; i < 500; i++) {
        text.append("kata_").append(group).append('_').append(i).append(" 1\n");
        text.append("kata_known{item=\"").append(group).append('_').append(i).append("\"} 1\n");
      }
      node.decodeOfAnother(text.toString()).release();
    }
    var ordinary = new StringBuilder(LearningNode.gauge("kata_large", 400, 1));
    for (int i = 0; i < 40; i++) {
      ordinary.append(LearningNode.gauge("kata_ordinary_" + i, 10, i));
    }
    for (int i = 0; i < 200; i++) {
      node.decodeOfAnother(ordinary.toString()).release();
    }
    var body = node.decodeOfAnother(ordinary.toString());
    assertThat(kinds(body)).doesNotContain("untemplated", "own");
    assertThat(body.heapBytesHeld()).isLessThan(3000);
    body.release();
  }

  private static List<String> kinds(DecodedBody body) {
    var kinds = new ArrayList<String>();
    for (int i = 0; i < body.segments(); i++) {
      var template = body.template(i);
      kinds.add(template.isUntemplated() ? "untemplated" : template.isShared() ? "learned" : "own");
    }
    return kinds;
  }
}
