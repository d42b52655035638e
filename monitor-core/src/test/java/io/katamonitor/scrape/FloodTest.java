package io.katamonitor.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bodies that grow without bound cost a bounded memory: with the daemon's heap, none of them ends
 * the process or loses a line of a healthy sandbox.
 */
@Tag("system")
class FloodTest {
  private static final int GROUPS = 7;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
  void noFloodEndsTheProcessOrAffectsAnotherSandbox(int group) throws Exception {
    var floods = new ArrayList<String>();
    var all = Flood.values();
    for (int i = group; i < all.length; i += GROUPS) {
      floods.add(all[i].name());
    }
    assertThat(outputOf(floods))
        .hasSize(2 * floods.size())
        .allSatisfy(line ->
            assertThat(line).contains(" " + FloodedNode.expectedLines() + " lines, 0 bytes kept"));
  }

  private static List<String> outputOf(List<String> floods) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-XX:+UseSerialGC", "-Xmx28m", "-Xmn4m", "-Xss256k", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-XX:+UseCompactObjectHeaders", "-XX:MaxDirectMemorySize=80m"));
    command.addAll(List.of("-XX:+ExitOnOutOfMemoryError", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(FloodedNode.class.getName());
    command.addAll(floods);
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var output = process.inputReader()) {
      return output.lines().filter(line -> !line.startsWith("time=")).toList();
    } finally {
      process.destroy();
    }
  }
}
