package io.katamonitor.sim;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A simulated node as a process, for demo and benchmarks: runs until it is ended. */
public final class Main {
  private static final String USAGE =
      """
      Usage: simulated-node --dir DIR [--sandboxes N] [--runtime-rs N] [--churn SECONDS]
                            [--fault ID|INDEX|all=FAULT]... [--static] [--seed N] [--commands]
        --sandboxes N    sandboxes of the Go runtime (20)
        --runtime-rs N   sandboxes of runtime-rs besides (0)
        --churn SECONDS  every so often the oldest pod ends and a new one begins
        --fault X=FAULT  hang, delay:50ms, slow:100/1s, status:500, reset:1000, half-body, garbage,
                         endless, refuse, no-socket:fifo, wrong-length:two, broken-chunk,
                         hostile:type-conflict,
                         unique-series:7, new-series:5000 and more
        --static         a sandbox's metrics never change
        --commands       does what its standard input says, and ends with it: see Commands
      """;

  private Path directory = Path.of("");
  private int goSandboxes = 20;
  private int rustSandboxes;
  private int churnSeconds;
  private long seed = 1;
  private boolean staticBodies;
  private boolean commands;
  private final List<String> faults = new ArrayList<>();

  private Main() {}

  public static void main(String[] arguments) throws InterruptedException, IOException {
    var main = new Main();
    try {
      main.read(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println("simulated-node: " + e.getMessage());
      System.err.print(USAGE);
      System.exit(2);
    }
    main.run();
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
      var value = arguments[++i];
      switch (option) {
        case "--dir" -> directory = Path.of(value);
        case "--sandboxes" -> goSandboxes = Integer.parseInt(value);
        case "--runtime-rs" -> rustSandboxes = Integer.parseInt(value);
        case "--churn" -> churnSeconds = Integer.parseInt(value);
        case "--seed" -> seed = Long.parseLong(value);
        case "--fault" -> faults.add(value);
        default -> throw new IllegalArgumentException("unknown option " + option);
      }
    }
    if (directory.toString().isEmpty()) {
      throw new IllegalArgumentException("--dir is needed");
    }
  }

  private void run() throws InterruptedException, IOException {
    var node = SimulatedNode.start(directory, new SimulatedNode.Options(seed, staticBodies));
    Runtime.getRuntime().addShutdownHook(new Thread(node::close));
    var pods = new ArrayDeque<SimulatedSandbox>();
    pods.addAll(node.addSandboxes(goSandboxes, Layout.GO));
    pods.addAll(node.addSandboxes(rustSandboxes, Layout.RUNTIME_RS));
    faults.forEach(text -> fault(node.sandboxes(), text));
    System.out.printf(
        "ready sandboxes=%d go=%s runtime-rs=%s cri=%s%n",
        pods.size(), node.root(Layout.GO), node.root(Layout.RUNTIME_RS), node.cri().socket());
    System.out.flush();
    if (commands) {
      Commands.obey(node);
      System.exit(0);
    }
    while (true) {
      TimeUnit.SECONDS.sleep(churnSeconds > 0 ? churnSeconds : 3600);
      if (churnSeconds > 0 && !pods.isEmpty()) {
        var ended = pods.remove();
        ended.remove();
        pods.add(node.addSandbox(ended.layout()));
      }
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
