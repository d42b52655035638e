package io.katamonitor.sim;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.SplittableRandom;

/** Makes the metrics of any sandbox at the present moment. For one thread. */
final class Bodies {
  private final BodyTemplate large = BodyTemplate.read();
  private final BodyTemplate go = BodyTemplate.read(Layout.GO, "kata-go.txt", "kata-guest.txt");
  private final BodyTemplate runtimeRs =
      BodyTemplate.read(Layout.RUNTIME_RS, "kata-guest.txt", "kata-runtime-rs.txt");
  private final BodyTemplate dragonball =
      BodyTemplate.read(
          Layout.RUNTIME_RS, "kata-guest.txt", "kata-dragonball.txt", "kata-runtime-rs.txt");
  private final InstantSource clock;
  private final SplittableRandom order;
  private final Text text = new Text();
  private final ArrayList<Integer> familyEnds = new ArrayList<>();

  Bodies(long seed, InstantSource clock) {
    this.clock = clock;
    this.order = new SplittableRandom(seed);
  }

  /** A page whose bytes are valid until the next call. */
  Page page(SandboxSpec sandbox, long bornMillis) {
    return page(sandbox, bornMillis, true);
  }

  /** The same for a guest whose policy denies the request: only the shim's own families. */
  Page deniedPage(SandboxSpec sandbox, long bornMillis) {
    return page(sandbox, bornMillis, false);
  }

  private Page page(SandboxSpec sandbox, long bornMillis, boolean hasGuest) {
    text.clear();
    text.plain(sandbox.body() == BodyKind.KATA && sandbox.runtime() == Layout.RUNTIME_RS);
    familyEnds.clear();
    double born = bornMillis / 1e3;
    double now = clock.millis() / 1e3;
    var moment = Moment.of(sandbox.seed(), born, now, sandbox.usage(now - born), sandbox.id());
    if (hasGuest) {
      template(sandbox).write(text, moment, order, familyEnds);
    } else {
      template(sandbox).writeDenied(text, moment, familyEnds);
    }
    return Page.metrics(text.array(), text.length(), familyEnds);
  }

  private BodyTemplate template(SandboxSpec sandbox) {
    if (sandbox.body() == BodyKind.LARGE) {
      return large;
    }
    if (sandbox.runtime() == Layout.GO) {
      return go;
    }
    return sandbox.isVmInShim() ? dragonball : runtimeRs;
  }
}
