package io.katamonitor.sim;

import java.util.ArrayList;
import java.util.SplittableRandom;

/** Makes the metrics of any sandbox at the present moment. For one thread. */
final class Bodies {
  private final BodyTemplate template = BodyTemplate.read();
  private final SplittableRandom order;
  private final Text text = new Text();
  private final ArrayList<Integer> familyEnds = new ArrayList<>();

  Bodies(long seed) {
    order = new SplittableRandom(seed);
  }

  int families() {
    return template.families();
  }

  /** A page whose bytes are good until the next call. */
  Page page(int seed, long bornMillis) {
    text.clear();
    familyEnds.clear();
    var moment = Moment.of(seed, bornMillis / 1e3, System.currentTimeMillis() / 1e3);
    template.write(text, moment, order, familyEnds);
    return Page.metrics(text.array(), text.length(), familyEnds);
  }
}
