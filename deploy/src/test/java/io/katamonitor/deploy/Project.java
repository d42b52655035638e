package io.katamonitor.deploy;

import static java.util.Objects.requireNonNull;

/** What the build knows about itself. */
final class Project {
  private Project() {}

  static String version() {
    return requireNonNull(System.getProperty("project.version"));
  }
}
