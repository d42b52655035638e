package io.katamonitor.sandbox;

import io.katamonitor.config.RuntimeRsScrape;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * A program for a process without privileges: prints the status of the storage root in its
 * argument, and the policy's decision for the directory a1 in it, now and in an hour.
 */
final class UnprivilegedRootProgram {
  private UnprivilegedRootProgram() {}

  public static void main(String[] arguments) {
    var path = Path.of(arguments[0]);
    var clock = new ManualFileClock();
    var root =
        new StorageRoot(path, FolderWatches.none(), Duration.ofHours(1), clock, new Semaphore(1));
    root.checkPath(new RootChanges());
    var shim = new ShimDirectory(path.resolve("a1"), path, RuntimeRsScrape.ALWAYS, clock);
    System.out.print(root.status().state() + ":" + root.status().reason() + " " + shim.check());
    clock.pass(Duration.ofHours(1));
    System.out.print(" " + shim.check());
  }
}
