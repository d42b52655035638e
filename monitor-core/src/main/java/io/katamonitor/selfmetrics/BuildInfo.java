package io.katamonitor.selfmetrics;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * Version information recorded by the build.
 *
 * @param commit the commit that was built; {@code unknown} if the build did not set it
 */
public record BuildInfo(String version, String commit) {
  /** That of this program. */
  public static final BuildInfo OWN = read();

  private static BuildInfo read() {
    var stamped = new Properties();
    try (var in = BuildInfo.class.getResourceAsStream("build.properties")) {
      stamped.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new BuildInfo(
        stamped.getProperty("version", "unknown"), stamped.getProperty("commit", "unknown"));
  }
}
