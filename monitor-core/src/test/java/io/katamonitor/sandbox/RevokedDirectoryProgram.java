package io.katamonitor.sandbox;

import io.katamonitor.config.RuntimeRsScrape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

/**
 * A program for a process without privileges: creates directories of both runtimes below its
 * argument and prints the decision for each, at once, after access was revoked, and an hour later.
 */
final class RevokedDirectoryProgram {
  private RevokedDirectoryProgram() {}

  public static void main(String[] arguments) throws IOException {
    var root = Path.of(arguments[0]);
    print(root, "rs", "state.json", "{\"hypervisor\":{\"hypervisor_type\":\"dragonball\"}}");
    print(root, "go", "persist.json", "{}");
  }

  private static void print(Path root, String name, String file, String text) throws IOException {
    var clock = new ManualFileClock();
    var directory = Files.createDirectory(root.resolve(name));
    Files.writeString(directory.resolve("shim-monitor.sock"), "");
    Files.writeString(directory.resolve(file), text);
    var shim = new ShimDirectory(directory, Path.of("/go"), RuntimeRsScrape.AUTO, clock);
    System.out.print(name + ": " + shim.check());
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("---------"));
    System.out.print(" " + shim.check());
    clock.pass(Duration.ofHours(1));
    System.out.print(" " + shim.check() + "\n");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
  }
}
