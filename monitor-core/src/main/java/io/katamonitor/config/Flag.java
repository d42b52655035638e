package io.katamonitor.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One flag of the command line.
 *
 * @param parameter what its value is called in the usage; empty for a boolean
 * @param preset the value it has when it is not given; empty for none
 */
record Flag(String name, String parameter, String preset, String meaning) {
  /** In the order of the usage. */
  static final List<Flag> ALL =
      List.of(
          new Flag(
              "listen-address",
              "ADDRESS",
              "127.0.0.1:8090",
              "Where to serve: IP:PORT, :PORT, [IPv6]:PORT or unix:PATH. Repeatable."),
          new Flag(
              "runtime-endpoint",
              "PATH",
              "/run/containerd/containerd.sock",
              "Socket of the CRI runtime: an absolute path, unix:PATH or unix://PATH."),
          new Flag(
              "log-level",
              "LEVEL",
              "info",
              "What is logged at least: trace, debug, info, warn, error, fatal or panic."),
          new Flag("log-format", "FORMAT", "text", "text (key=value) or json."),
          new Flag(
              "sandboxes-path",
              "PATH",
              "/run/vc/sbs and /run/kata",
              "Storage root to watch. Repeatable; replaces the default."),
          new Flag("scrape-timeout", "DURATION", "3s", "Longest wait for one shim."),
          new Flag(
              "timeout-offset", "DURATION", "0.5s", "Kept back from the scraper's own timeout."),
          new Flag(
              "max-concurrent-shims", "N", "64", "Shims asked at the same time by one scrape."),
          new Flag(
              "max-requests",
              "N",
              "40",
              "Requests to /metrics in flight; one more gets 503. 0: no limit."),
          new Flag("max-shim-response-bytes", "SIZE", "16MiB", "A longer answer is refused."),
          new Flag(
              "runtime-rs-scrape",
              "WHEN",
              "auto",
              "auto, always or never. A shim of runtime-rs up to August 2026 aborts when it is"
                  + " asked for metrics and runs qemu or firecracker; auto asks the others."),
          new Flag(
              "cgroup-root",
              "PATH",
              "/sys/fs/cgroup",
              "The host's cgroup file system, read for what pods use. Empty: not read."),
          new Flag(
              "allow-foreign-families", "", "false", "Keep families that are not Kata's (kata_*)."),
          new Flag(
              "metric-allowlist",
              "REGEX,...",
              "",
              "Serve only families whose whole name one of these matches."),
          new Flag(
              "metric-denylist",
              "REGEX,...",
              "",
              "Leave out families whose whole name one of these matches."),
          new Flag("debug-endpoints", "", "true", "Serve /debug/*."),
          new Flag("tls-cert-file", "PATH", "", "Certificate and its chain (PEM): serve HTTPS."),
          new Flag("tls-key-file", "PATH", "", "Key of the certificate (PEM)."),
          new Flag(
              "tls-min-version", "VERSION", "", "VersionTLS12 or VersionTLS13 (VersionTLS12)."),
          new Flag(
              "tls-cipher-suites",
              "NAME,...",
              "",
              "Cipher suites of TLS 1.2 by their IANA names; the secure ones when not given."),
          new Flag(
              "web-config-file",
              "PATH",
              "",
              "The Prometheus exporters' web configuration file: TLS, headers and users."));

  boolean isBoolean() {
    return parameter.isEmpty();
  }

  static @Nullable Flag find(String name) {
    // The manual's own spelling.
    String known = name.equals("runtime-enpoint") ? "runtime-endpoint" : name;
    for (var flag : ALL) {
      if (flag.name.equals(known)) {
        return flag;
      }
    }
    return null;
  }

  static String usage() {
    var text =
        new StringBuilder(4096)
            .append(
                """
                kata-monitor serves the metrics of every Kata Containers sandbox on this node.

                Usage: kata-monitor [flags]
                       kata-monitor version

                Flags, each also as --name and as -name=value:
                """);
    for (var flag : ALL) {
      text.append("  -").append(flag.name);
      if (!flag.isBoolean()) {
        text.append(' ').append(flag.parameter);
      }
      text.append("\n        ").append(flag.meaning);
      if (!flag.preset.isEmpty()) {
        text.append(" (default ").append(flag.preset).append(')');
      }
      text.append('\n');
    }
    return text.append("  -version\n        Print the version.\n").toString();
  }
}
