package io.katamonitor.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.log.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.apache.logging.log4j.Level;
import org.jspecify.annotations.NullMarked;

/** Runs a program of the tests as a user without privileges, which only root can. */
final class Unprivileged {
  private Unprivileged() {}

  /**
   * Runs it to its end.
   *
   * @param temp a directory that others may enter
   * @return what it printed
   */
  static String run(Path temp, Class<?> program, Path argument) throws Exception {
    var classpath = new ArrayList<String>();
    for (var source : new Class<?>[] {program, Log.class, Level.class, NullMarked.class}) {
      var location = Path.of(source.getProtectionDomain().getCodeSource().getLocation().toURI());
      // The local repository may be in a home that others may not enter.
      var copy = temp.resolve("classes" + classpath.size());
      if (!Files.exists(copy)) {
        assertThat(run("cp", "-r", location.toString(), copy.toString())).isZero();
        assertThat(run("chmod", "-R", "a+rX", copy.toString())).isZero();
      }
      classpath.add(copy.toString());
    }
    var process =
        new ProcessBuilder(
                "setpriv",
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                String.join(":", classpath),
                program.getName(),
                argument.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    var output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as("only root may become another user").isZero();
    return output;
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }
}
