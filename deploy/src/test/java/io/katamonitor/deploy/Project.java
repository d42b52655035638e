package io.katamonitor.deploy;

import static java.util.Objects.requireNonNull;

/** Properties of the build. */
final class Project {
  private Project() {}

  static String version() {
    return requireNonNull(System.getProperty("project.version"));
  }
}
