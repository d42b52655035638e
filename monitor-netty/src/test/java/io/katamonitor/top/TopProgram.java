package io.katamonitor.top;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code kata-monitor top} as a process with the image's flags for the virtual machine. */
final class TopProgram {
  private final Path folder;

  /**
   * @param folder for its script; {@code pid} there gets its process
   */
  TopProgram(Path folder) {
    this.folder = folder;
  }

  /** A line for a shell: a script, as the class path is too long to be typed. */
  String command(String... flags) throws IOException {
    var script = folder.resolve("run");
    Files.writeString(
        script,
        "echo $$ >"
            + folder.resolve("pid")
            + "\nexec '"
            + Path.of(System.getProperty("java.home"), "bin", "java")
            + "' "
            + options("jvm")
            + options("top")
            + "-cp '"
            + System.getProperty("java.class.path")
            + "' io.katamonitor.KataMonitor top \"$@\"\n");
    return "sh " + script + " " + String.join(" ", flags);
  }

  private static String options(String name) {
    return "@" + Path.of("../docker/" + name + ".options").toAbsolutePath() + " ";
  }
}
