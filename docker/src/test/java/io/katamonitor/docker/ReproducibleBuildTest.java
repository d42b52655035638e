package io.katamonitor.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.deploy.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class ReproducibleBuildTest {
  private static final Path PROJECT = Path.of("..");

  /** In another folder, time zone and language; the umask, which jars record, is the scripts'. */
  @Test
  @Timeout(value = 8, unit = TimeUnit.MINUTES)
  void secondBuildGivesTheSameBytes(@TempDir Path folder) throws Exception {
    copySources(folder);
    String commit = Files.readString(Path.of("target/kata-monitor/doc/commit")).strip();
    Process build =
        new ProcessBuilder(
                "sh",
                "-c",
                "umask 022; TZ=Asia/Kathmandu LC_ALL=C exec mvn -q -B -o package -Psystem -pl docker -am"
                    + " -DskipTests -Denforcer.skip"
                    + " -Dcyclonedx.skip -Dexec.skip -Djdeb.skip"
                    + " -Dbuild.commit="
                    + commit)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("build.log").toFile())
            .start();
    assertThat(build.waitFor()).as(Files.readString(folder.resolve("build.log"))).isZero();

    assertThat(folder.resolve("docker/target/kata-monitor.jar"))
        .hasSameBinaryContentAs(Path.of("target/kata-monitor/lib/app/kata-monitor.jar"));
  }

  private static void copySources(Path folder) throws IOException, InterruptedException {
    String files =
        Program.output(PROJECT, "git", "ls-files", "--cached", "--others", "--exclude-standard");
    for (String file : files.lines().toList()) {
      Path source = PROJECT.resolve(file);
      if (Files.isRegularFile(source)) {
        Path target = folder.resolve(file);
        Files.createDirectories(target.resolve("..").normalize());
        Files.copy(source, target);
      }
    }
  }
}
