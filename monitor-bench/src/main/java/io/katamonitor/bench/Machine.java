package io.katamonitor.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The kind of machine on which figures were measured, not its name.
 *
 * @param monitor how the daemon was built
 */
record Machine(
    int cores, String processor, String kernel, String java, String monitor, List<String> flags) {
  static Machine read(Path home) throws IOException {
    var processor = "unknown";
    for (var line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
      if (line.startsWith("model name")) {
        processor = line.substring(line.indexOf(':') + 1).strip();
        break;
      }
    }
    var flags =
        Files.readAllLines(home.resolve("docker/jvm.options")).stream()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
            .toList();
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        processor,
        Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip().replaceFirst("-.*", ""),
        Runtime.version().toString(),
        Stage.isShipped(home)
            ? "the application of bin/dist, with its AOT cache"
            : "the classes in target, without an AOT cache",
        flags);
  }
}
