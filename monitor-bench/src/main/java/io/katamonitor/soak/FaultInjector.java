package io.katamonitor.soak;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Changes a node at random from a seed: sandboxes start and stop, shims fail and recover. The
 * timing also depends on the machine. For one thread.
 */
final class FaultInjector {
  private static final int MOST_FAILING = 40;
  private static final long STORM_EVERY_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final int STORM = 4;

  /** Each delays a scrape by the timeout of one shim: several at once, then a pause. */
  private static final List<String> HANGING =
      List.of("hang", "never-accept", "full-backlog", "delay:5s", "slow:1/1s");

  /**
   * A shim with one of these does not end a response: its request is held until the sandbox is
   * stuck, and only a new sandbox is scraped again.
   */
  private static final Set<String> NEVER_ENDING =
      Set.of("hang", "slow:1/1s", "endless", "wrong-length:too-long", "wrong-length:and-chunked");

  /** A shim with one of these has responded in time. */
  private static final List<String> LATE = List.of("delay:200ms", "slow:20000/50ms");

  private static final List<String> FAILING =
      List.of(
          "no-socket:nothing",
          "no-socket:file",
          "no-socket:fifo",
          "no-socket:directory",
          "no-socket:dangling-link",
          "no-socket:datagram-socket",
          "refuse",
          "reset:0",
          "reset:100",
          "reset:40000",
          "cut:50",
          "cut:60000",
          "half-body",
          "wrong-length:two",
          "wrong-length:too-long",
          "wrong-length:too-short",
          "wrong-length:and-chunked",
          "wrong-length:negative",
          "broken-chunk",
          "garbage:1",
          "garbage:2",
          "gzipped",
          "endless",
          "status:204",
          "status:404",
          "status:500",
          "redirect:/metrics",
          "hostile:type-conflict",
          "hostile:foreign-families",
          "hostile:monitor-families",
          "hostile:reserved-labels",
          "hostile:exported-labels",
          "hostile:duplicate-labels",
          "hostile:duplicate-samples",
          "hostile:scattered-family",
          "hostile:suffix-collision",
          "hostile:unknown-type",
          "hostile:odd-values",
          "hostile:malformed",
          "hostile:invalid-utf8",
          "hostile:no-final-line-feed",
          "hostile:crlf",
          "hostile:html",
          "hostile:json",
          "hostile:empty");

  private final Node node;
  private final SplittableRandom random;
  private final int sandboxes;
  private final Map<Pod, Long> failing = new HashMap<>();
  private final Map<String, Integer> injected = new TreeMap<>();
  private int gone;

  FaultInjector(Node node, long seed, int sandboxes) {
    this.node = node;
    this.random = new SplittableRandom(seed);
    this.sandboxes = sandboxes;
  }

  void run(long end) {
    try {
      long nextStorm = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
      while (System.nanoTime() - end < 0) {
        if (System.nanoTime() - nextStorm >= 0) {
          nextStorm += STORM_EVERY_NANOS;
          for (int i = 0; i < STORM; i++) {
            fail(HANGING, 10);
          }
        }
        happen();
        TimeUnit.MILLISECONDS.sleep(random.nextInt(300));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void happen() {
    heal(System.nanoTime());
    switch (random.nextInt(8)) {
      case 0, 1 -> end(any());
      case 2, 3 -> {
        if (node.living().size() < sandboxes) {
          node.add(1 + random.nextInt(3));
        }
      }
      case 4, 5, 6 -> {
        if (failing.size() < MOST_FAILING) {
          fail(FAILING, 1);
        }
      }
      default -> {
        var pod = any();
        if (pod.fault().isEmpty()) {
          var late = LATE.get(random.nextInt(LATE.size()));
          count(late);
          node.slow(pod, late);
        }
      }
    }
  }

  private Pod any() {
    return node.living().get(random.nextInt(node.living().size()));
  }

  private void end(Pod pod) {
    failing.remove(pod);
    node.remove(pod);
    gone++;
  }

  /** A healthy pod; one that has just recovered may still be in back-off and is not chosen. */
  private void fail(List<String> faults, int leastSeconds) {
    var pod = any();
    if (pod.isWell(System.nanoTime())) {
      var fault = faults.get(random.nextInt(faults.size()));
      count(fault);
      node.fail(pod, fault);
      long lasts = TimeUnit.SECONDS.toNanos(leastSeconds + random.nextInt(20));
      failing.put(pod, System.nanoTime() + lasts);
    }
  }

  private void count(String fault) {
    injected.merge(fault, 1, Integer::sum);
  }

  private void heal(long now) {
    for (var pod : List.copyOf(failing.keySet())) {
      if (now - failing.getOrDefault(pod, now) > 0) {
        failing.remove(pod);
        if (NEVER_ENDING.contains(pod.fault())) {
          end(pod);
        } else {
          node.heal(pod, HANGING.contains(pod.fault()));
        }
      }
    }
  }

  /** Removes all faults, and restores the number of sandboxes. */
  void end() {
    heal(Long.MAX_VALUE / 2 + System.nanoTime());
    while (node.living().size() > sandboxes) {
      end(node.living().getLast());
    }
    node.add(sandboxes - node.living().size());
  }

  int gone() {
    return gone;
  }

  int injected() {
    return injected.values().stream().mapToInt(Integer::intValue).sum();
  }

  List<String> kinds() {
    return new ArrayList<>(injected.keySet());
  }
}
