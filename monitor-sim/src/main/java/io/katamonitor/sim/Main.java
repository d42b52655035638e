package io.katamonitor.sim;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A simulated node as a process, for demo and benchmarks: runs until it is terminated. */
public final class Main {
  private static final String USAGE =
      """
      Usage: simulated-node --dir DIR [OPTION]...
      A node with sandboxes that exist only as folders, sockets and responses, below DIR:
      vc/sbs (Go), kata (runtime-rs), cri.sock (the container runtime), cgroup (with --cgroups).

        --sandboxes N    sandboxes of the Go runtime (20; 0 with --preset)
        --runtime-rs N   sandboxes of runtime-rs besides (0)
        --preset NAME    pods with stories besides, see below; with it the defaults are
                         --body kata and --cgroups v2
        --body KIND      large: 1,278 lines, the same from both runtimes, with which all figures
                         are measured; its values are not in Kata's units (the default)
                         kata: the series of Kata 4.1.0, each runtime's own, which fit together
        --cgroups FORM   v1 or v2: a cgroup file system in DIR/cgroup, for the monitor's flag
                         -cgroup-root; it counts what the guests use, and overhead (none)
        --cgroup-interval SECONDS   how often its files are written (1)
        --churn SECONDS  every so often the oldest pod without a story ends and a new one begins
        --fault X=FAULT  X is an id, a number from 0 in the order of adding, or "all"; repeatable
        --static         a sandbox's metrics never change
        --seed N         ids, pods and values follow from it (1)
        --commands       does what standard input says, a line each, and ends with it:
                         add go|runtime-rs   boot go|runtime-rs   booted ID   crash ID   kill ID
                         remove ID   fault ID FAULT   scrapes
                         "boot" adds one that is starting, until "booted"; "crash" replaces a
                         sandbox by one with a higher attempt; "kill" ends its shim alone

      Faults: hang, stuck, denied, abort, delay:50ms, slow:100/1s, status:500, reset:1000, cut:1000,
        half-body, garbage, endless, refuse, no-socket:fifo, never-accept, full-backlog, redirect:URL,
        gzipped, wrong-length:two, broken-chunk, hostile:type-conflict, unique-series:7,
        new-series:5000, none
      """;

  private Path directory = Path.of("");
  private int goSandboxes = -1;
  private int rustSandboxes;
  private int churnSeconds;
  private int cgroupSeconds = 1;
  private long seed = 1;
  private boolean staticBodies;
  private boolean commands;
  private @Nullable Preset preset;
  private @Nullable BodyKind body;
  private @Nullable CgroupVersion cgroups;
  private final List<String> faults = new ArrayList<>();

  private Main() {}

  public static void main(String[] arguments) throws InterruptedException, IOException {
    for (var argument : arguments) {
      if (argument.equals("--help") || argument.equals("-h")) {
        printUsage(System.out);
        return;
      }
    }
    try {
      of(arguments).run();
    } catch (IllegalArgumentException e) {
      System.err.println("simulated-node: " + e.getMessage() + "; --help lists the options");
      System.exit(2);
    }
  }

  /**
   * Parses a command line.
   *
   * @throws IllegalArgumentException with a sentence for the user
   */
  static Main of(String... arguments) {
    var main = new Main();
    main.read(arguments);
    return main;
  }

  static void printUsage(PrintStream out) {
    out.print(USAGE);
    out.println("\nPresets:");
    for (var each : Preset.values()) {
      out.printf("  %-9s  %s%n", word(each), each.description());
    }
    out.println("\nStories; pods are named after them:");
    for (var each : Story.values()) {
      out.printf("  %-9s  %s%n", each.word(), each.description());
    }
    out.flush();
  }

  private void read(String[] arguments) {
    for (int i = 0; i < arguments.length; i++) {
      var option = arguments[i];
      if (option.equals("--static")) {
        staticBodies = true;
        continue;
      }
      if (option.equals("--commands")) {
        commands = true;
        continue;
      }
      if (i + 1 == arguments.length) {
        throw new IllegalArgumentException("unknown option, or one without its value: " + option);
      }
      read(option, arguments[++i]);
    }
    if (directory.toString().isEmpty()) {
      throw new IllegalArgumentException("--dir is needed");
    }
    boolean isLarge = body == BodyKind.LARGE || (body == null && preset == null);
    if (isLarge && (preset != null || (cgroups != null && cgroups != CgroupVersion.NONE))) {
      throw new IllegalArgumentException("--preset and --cgroups need --body kata");
    }
    body = isLarge ? BodyKind.LARGE : BodyKind.KATA;
    if (cgroups == null) {
      cgroups = preset == null ? CgroupVersion.NONE : CgroupVersion.V2;
    }
    if (goSandboxes < 0) {
      goSandboxes = preset == null ? 20 : 0;
    }
  }

  private void read(String option, String value) {
    switch (option) {
      case "--dir" -> directory = Path.of(value);
      case "--sandboxes" -> goSandboxes = (int) number(option, value, 0);
      case "--runtime-rs" -> rustSandboxes = (int) number(option, value, 0);
      case "--churn" -> churnSeconds = (int) number(option, value, 0);
      case "--cgroup-interval" -> cgroupSeconds = (int) number(option, value, 1);
      case "--seed" -> seed = number(option, value, Long.MIN_VALUE);
      case "--fault" -> faults.add(value);
      case "--preset" -> preset = constant(Preset.class, option, value);
      case "--body" -> body = constant(BodyKind.class, option, value);
      case "--cgroups" -> cgroups = constant(CgroupVersion.class, option, value);
      default -> throw new IllegalArgumentException("unknown option " + option);
    }
  }

  private static long number(String option, String value, long min) {
    try {
      long number = Long.parseLong(value);
      if (number >= min && (min == Long.MIN_VALUE || number <= Integer.MAX_VALUE)) {
        return number;
      }
    } catch (NumberFormatException e) {
      // reported below
    }
    throw new IllegalArgumentException(
        option + " takes a whole number" + (min > 0 ? " from " + min : "") + ", not " + value);
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String option, String value) {
    var words = new ArrayList<String>();
    for (var each : type.getEnumConstants()) {
      if (word(each).equals(value)) {
        return each;
      }
      words.add(word(each));
    }
    throw new IllegalArgumentException(
        option + " takes " + String.join(" or ", words) + ", not " + value);
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private void run() throws InterruptedException, IOException {
    if (body == null || cgroups == null) {
      throw new IllegalStateException("options were not read");
    }
    var options =
        new SimulatedNode.Options(seed, staticBodies, body, cgroups, InstantSource.system());
    var node = SimulatedNode.start(directory, options);
    Runtime.getRuntime().addShutdownHook(new Thread(node::close));
    var stories = preset == null ? null : Stories.begin(node, preset);
    var pods = new ArrayDeque<SimulatedSandbox>();
    pods.addAll(node.addSandboxes(goSandboxes, Layout.GO));
    pods.addAll(node.addSandboxes(rustSandboxes, Layout.RUNTIME_RS));
    faults.forEach(text -> fault(node.sandboxes(), text));
    System.out.printf(
        "ready sandboxes=%d go=%s runtime-rs=%s cri=%s%n",
        node.sandboxes().size(),
        node.root(Layout.GO),
        node.root(Layout.RUNTIME_RS),
        node.cri().socket());
    System.out.flush();
    if (commands) {
      Thread.ofPlatform().daemon().name("time").start(() -> passTime(node, stories, pods));
      Commands.dispatch(node);
      System.exit(0);
    }
    passTime(node, stories, pods);
  }

  /** Makes the changes that are due every second; sleeps if there are never any. */
  private void passTime(
      SimulatedNode node, @Nullable Stories stories, Deque<SimulatedSandbox> pods) {
    boolean hasCgroups = cgroups != CgroupVersion.NONE;
    boolean isStill = stories == null && !hasCgroups && churnSeconds == 0;
    long start = System.nanoTime();
    try {
      for (int second = 1; ; second++) {
        TimeUnit.SECONDS.sleep(isStill ? 3600 : 1);
        if (stories != null) {
          stories.advance((System.nanoTime() - start) / 1e9);
        }
        if (churnSeconds > 0 && second % churnSeconds == 0 && !pods.isEmpty()) {
          var ended = pods.remove();
          ended.remove();
          pods.add(node.addSandbox(ended.layout()));
        }
        if (hasCgroups && second % cgroupSeconds == 0) {
          node.updateCgroups();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void fault(List<SimulatedSandbox> sandboxes, String text) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      throw new IllegalArgumentException("--fault wants ID=FAULT, not " + text);
    }
    var whom = text.substring(0, equals);
    var fault = Fault.parse(text.substring(equals + 1));
    for (int i = 0; i < sandboxes.size(); i++) {
      var sandbox = sandboxes.get(i);
      if (whom.equals("all") || whom.equals(sandbox.id()) || whom.equals(Integer.toString(i))) {
        sandbox.fault(fault);
      }
    }
  }
}
