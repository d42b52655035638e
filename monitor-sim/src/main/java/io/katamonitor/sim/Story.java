package io.katamonitor.sim;

import java.util.Locale;

/** The behaviour of a pod of a {@link Preset} over time, which {@link Stories} simulates. */
public enum Story {
  USUAL("healthy: a quarter of a core, some 300 MiB"),
  IDLE("healthy, does next to nothing, has no limits"),
  BUSY("uses all the CPU that its quota allows: the host throttles it, the guest sees steal"),
  LEAKING("its memory grows to its limit in 36 minutes; then the guest kills the process"),
  CRASHING("its VM dies every 2 minutes: a sandbox with a higher attempt replaces it"),
  FLAKY("its shim responds with 500 for 40 s of every 100"),
  HUNG("its shim accepts requests and never responds"),
  STUCK("its shim begins a response and never ends it (Go, 3.15.0 on)"),
  BOOTING("its VM boots for 90 s, runs for a minute, and is recreated"),
  NOT_SCRAPED("a request for metrics would kill its shim (runtime-rs with qemu and others)"),
  DENIED("its guest's policy denies metrics: the shim sends only its own"),
  LOST("its shim is killed after a minute; folder and pod stay, and after 6 it is replaced");

  private final String description;

  Story(String description) {
    this.description = description;
  }

  /** The behaviour, in a sentence. */
  String description() {
    return description;
  }

  /** Its name in names of pods and in the help. */
  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  Workload workload() {
    return switch (this) {
      case BUSY -> Workload.BUSY;
      case LEAKING -> Workload.LEAKING;
      case IDLE -> Workload.IDLE;
      default -> Workload.USUAL;
    };
  }

  /** The permanent fault of its shim. */
  Fault fault() {
    return switch (this) {
      case HUNG -> new Fault.Hang();
      case STUCK -> new Fault.Stuck();
      case DENIED -> new Fault.Denied();
      case NOT_SCRAPED -> new Fault.Abort();
      default -> Fault.NONE;
    };
  }
}
