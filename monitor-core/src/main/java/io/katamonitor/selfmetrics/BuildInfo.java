package io.katamonitor.selfmetrics;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * What was built, as the build stamped it.
 *
 * @param commit the commit it was built from; {@code unknown} when the build did not set it
 */
public record BuildInfo(String version, String commit) {
  /** This program's own. */
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
