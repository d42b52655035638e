package io.katamonitor;

import io.katamonitor.config.CommandLine;
import io.katamonitor.config.Invocation;
import io.katamonitor.config.Setting;
import io.katamonitor.log.Log;
import io.katamonitor.logging.JulBridge;
import io.katamonitor.logging.Logging;
import io.katamonitor.logging.UncaughtErrors;
import io.katamonitor.memory.MemoryBudget;
import io.katamonitor.selfmetrics.BuildInfo;
import io.katamonitor.top.Top;
import io.netty.util.internal.PlatformDependent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The program: exit codes are 0 for an orderly end, 1 when it cannot start, 2 for a bad command
 * line, 3 when the heap or another resource of the virtual machine is exhausted.
 */
public final class KataMonitor {
  private static final Log LOG = Log.of(KataMonitor.class);
  private static final int CANNOT_START = 1;
  private static final int BAD_COMMAND_LINE = 2;

  /**
   * How long a signal waits for the start, which takes longer only if a name cannot be resolved.
   */
  private static final Duration LONGEST_START = Duration.ofSeconds(5);

  private KataMonitor() {}

  public static void main(String[] arguments) throws InterruptedException {
    // A program of its own: the daemon loads no class of it.
    if (arguments.length > 0 && arguments[0].equals("top")) {
      Top.run(List.of(arguments).subList(1, arguments.length));
    }
    System.exit(dispatch(CommandLine.parse(arguments)));
  }

  /**
   * The budget that the line about an OutOfMemoryError reports; created before anything takes
   * memory.
   */
  private static volatile @Nullable MemoryBudget budget;

  private static String accounts() {
    var known = budget;
    return (known == null ? "" : known.describe() + " ")
        + "direct="
        + PlatformDependent.usedDirectMemory();
  }

  /** No switch over types: its bootstrap is in no AOT cache, and costs 10 ms of CPU at start. */
  private static int dispatch(Invocation invocation) throws InterruptedException {
    if (invocation instanceof Invocation.Run run) {
      return run(run);
    }
    if (invocation instanceof Invocation.Rejected(String sentence)) {
      return refuse(sentence, BAD_COMMAND_LINE);
    }
    return print(
        invocation instanceof Invocation.ShowUsage(String usage) ? usage : version(BuildInfo.OWN));
  }

  private static int run(Invocation.Run invocation) throws InterruptedException {
    var configuration = invocation.configuration();
    Logging.configure(configuration.logLevel(), configuration.logFormat());
    JulBridge.install();
    UncaughtErrors.install(configuration.logFormat(), KataMonitor::accounts);
    var starting = new CompletableFuture<Daemon>();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(starting), "stop"));
    ignoreSignals();
    LOG.info("announce", announcement(invocation.settings(), BuildInfo.OWN));
    for (var warning : invocation.warnings()) {
      LOG.warn(warning);
    }
    DescriptorLimit.warnIfTooLow(configuration);
    try {
      var accounts =
          new MemoryBudget(configuration.memoryBudgetBytes(), Runtime.getRuntime().maxMemory());
      budget = accounts;
      starting.complete(Daemon.start(configuration, accounts));
    } catch (StartException e) {
      starting.completeExceptionally(e);
      Logging.stop(); // First the lines of the log, then the sentence.
      return refuse(String.valueOf(e.getMessage()), CANNOT_START);
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      // Other threads would keep the process alive without a listener.
      starting.completeExceptionally(e);
      LOG.error("the start failed", "error", e);
      Logging.stop();
      return refuse("cannot start: " + e, CANNOT_START);
    }
    Thread.currentThread().join(); // Until a signal ends the process.
    return 0;
  }

  /**
   * Runs on SIGTERM and SIGINT, and exits with 0 instead of the signal's code. Waits for a start
   * that is in progress; after a failed start there is nothing to do.
   */
  private static void stop(CompletableFuture<Daemon> starting) {
    if (starting.isCompletedExceptionally()) {
      return;
    }
    LOG.info("stopping");
    try {
      starting.get(LONGEST_START.toSeconds(), TimeUnit.SECONDS).stop();
    } catch (ExecutionException | TimeoutException | InterruptedException e) {
      LOG.debug("stopped while it started", "cause", e);
    }
    LOG.info("stopped");
    Logging.stop();
    Runtime.getRuntime().halt(0);
  }

  /**
   * Ignores SIGHUP and SIGUSR1, which would end the JVM. By reflection, because javac's warning for
   * this class cannot be switched off, and a warning fails the build.
   */
  private static void ignoreSignals() {
    try {
      var signal = Class.forName("sun.misc.Signal");
      var handler = Class.forName("sun.misc.SignalHandler");
      var handle = signal.getMethod("handle", signal, handler);
      var ignore = handler.getField("SIG_IGN").get(null);
      for (var name : List.of("HUP", "USR1")) {
        handle.invoke(null, signal.getConstructor(String.class).newInstance(name), ignore);
      }
    } catch (ReflectiveOperationException e) {
      LOG.debug("SIGHUP and SIGUSR1 end this process", "cause", e);
    }
  }

  private static int print(String text) {
    System.out.print(text);
    System.out.flush();
    return 0;
  }

  private static int refuse(String sentence, int code) {
    System.err.println("kata-monitor: " + sentence);
    return code;
  }

  /** In upstream's format, with Java in place of Go. */
  private static String version(BuildInfo build) {
    return "kata-monitor\n Version:\t%s\n Java version:\t%s\n Git commit:\t%s\n OS/Arch:\t%s/%s\n"
        .formatted(build.version(), Runtime.version(), build.commit(), os(), architecture());
  }

  private static String os() {
    return System.getProperty("os.name", "unknown").toLowerCase(java.util.Locale.ROOT);
  }

  /** The architecture by Go's name. */
  private static String architecture() {
    String name = System.getProperty("os.arch", "unknown");
    return name.equals("aarch64") ? "arm64" : name;
  }

  /** Fields of the first log line: those of upstream, by its names, and every setting. */
  private static Object[] announcement(List<Setting> settings, BuildInfo build) {
    var fields = new ArrayList<Object>();
    fields.addAll(
        List.of("app", "kata-monitor", "version", build.version(), "git-commit", build.commit()));
    fields.addAll(List.of("java-version", Runtime.version(), "os", os(), "arch", architecture()));
    for (var setting : settings) {
      fields.add(setting.flag());
      fields.add(setting.value());
    }
    return fields.toArray();
  }
}
