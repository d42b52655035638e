package io.katamonitor.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The pods of a preset and their behaviour over time, which is set by {@link #advance}. For one
 * thread, not the event loop.
 */
public final class Stories {
  private static final double CRASH_AFTER = 120;
  private static final double FLAKY_PERIOD = 100;
  private static final double FLAKY_FAILS_AFTER = 60;
  private static final double BOOT_SECONDS = 90;
  private static final double BOOTED_ENDS_AFTER = 150;
  private static final double KILLED_AFTER = 60;
  private static final double LOST_REPLACED_AFTER = 360;

  private final SimulatedNode node;
  private final List<Playing> pods = new ArrayList<>();
  private double now;

  private Stories(SimulatedNode node) {
    this.node = node;
  }

  /** Adds the sandboxes of a preset to a node. */
  public static Stories begin(SimulatedNode node, Preset preset) {
    var stories = new Stories(node);
    preset.pods().forEach(pod -> stories.pods.add(stories.new Playing(pod)));
    return stories;
  }

  /** Sets the time and makes all changes that are due. */
  public void advance(double secondsSinceBegin) {
    now = secondsSinceBegin;
    pods.forEach(Playing::advance);
  }

  /** The current sandboxes of the pods, in the preset's order. */
  public List<SimulatedSandbox> sandboxes() {
    return pods.stream().map(pod -> pod.sandbox).toList();
  }

  /** The sandboxes of the pods that match. */
  public List<SimulatedSandbox> sandboxes(Predicate<Preset.Pod> which) {
    return pods.stream()
        .filter(playing -> which.test(playing.pod))
        .map(playing -> playing.sandbox)
        .toList();
  }

  /** One pod and its current sandbox. */
  private final class Playing {
    private final Preset.Pod pod;
    private SimulatedSandbox sandbox;
    private double began;
    private boolean isChanged;

    Playing(Preset.Pod pod) {
      this.pod = pod;
      this.sandbox = make();
    }

    private SimulatedSandbox make() {
      var spec = pod.spec(node.nextSpec());
      began = now;
      isChanged = false;
      return pod.story() == Story.BOOTING
          ? node.addBooting(spec)
          : node.add(spec).fault(pod.story().fault());
    }

    void advance() {
      double age = now - began;
      switch (pod.story()) {
        case CRASHING -> {
          if (age >= CRASH_AFTER) {
            replace();
          }
        }
        case FLAKY -> {
          boolean fails = age % FLAKY_PERIOD >= FLAKY_FAILS_AFTER;
          if (fails != isChanged) {
            isChanged = fails;
            sandbox.fault(fails ? new Fault.Status(500) : Fault.NONE);
          }
        }
        case BOOTING -> {
          if (age >= BOOTED_ENDS_AFTER) {
            sandbox.remove();
            sandbox = make();
          } else if (age >= BOOT_SECONDS && !isChanged) {
            isChanged = true;
            sandbox.finishBoot();
          }
        }
        case LOST -> {
          if (age >= LOST_REPLACED_AFTER) {
            replace();
          } else if (age >= KILLED_AFTER && !isChanged) {
            isChanged = true;
            sandbox.kill();
          }
        }
        default -> {}
      }
    }

    private void replace() {
      sandbox = sandbox.crash();
      began = now;
      isChanged = false;
    }
  }
}
