package io.katamonitor.top;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One sandbox as the monitor describes it. Texts are as received, cut to {@link
 * ReportReader#MAX_TEXT} characters and empty where absent; numbers are NaN where absent.
 *
 * @param state {@code running}, {@code failing} and so on
 * @param reason of the last failure, or why it is not scraped, as a word
 * @param error the last failure in detail; may contain text of a guest
 * @param message reason and error as a sentence
 * @param since when the state began
 * @param created null if the monitor does not report it
 * @param lastScrape null before the first
 * @param layout of its cgroups: a limit covers all of it in {@code pod} only
 * @param cpuCores cores in use, of the host's CPU time
 * @param memoryBytes working set on the host; where that is unknown, in the guest
 * @param limitBytes the host's limit, in any layout
 * @param overheadBytes what the sandbox takes on the host beyond what its guest uses
 */
record SandboxRow(
    String id,
    String runtime,
    String hypervisor,
    String handler,
    String namespace,
    String name,
    String state,
    String reason,
    String error,
    String message,
    @Nullable Instant since,
    @Nullable Instant created,
    @Nullable Instant lastScrape,
    double scrapeSeconds,
    double samples,
    String layout,
    double cpuCores,
    double memoryBytes,
    double limitBytes,
    double overheadBytes) {
  /** Namespace and name, or the id if the pod is unknown. */
  String pod() {
    return name.isEmpty() ? "(" + id + ")" : namespace + "/" + name;
  }

  /** Fraction of the limit in use, 1 for all of it; NaN if no limit covers the whole sandbox. */
  double limitUsed() {
    return layout.equals("pod") && limitBytes > 0 ? memoryBytes / limitBytes : Double.NaN;
  }

  /** Whether the monitor finds its cgroups, and so has a CPU rate from the second reading on. */
  boolean isMeasuredOnHost() {
    return switch (layout) {
      case "", "remote", "unknown" -> false;
      default -> true;
    };
  }

  /** Runtime and hypervisor of the pod. */
  String machine() {
    return hypervisor.isEmpty() ? runtime : runtime + "/" + hypervisor;
  }

  /**
   * Order of severity: 0 is the most severe. States that only newer monitors have come after known
   * trouble.
   */
  int severity() {
    return switch (state) {
      case "stuck" -> 0;
      case "failing" -> 1;
      case "backoff" -> 2;
      case "starting" -> 4;
      case "not_scraped" -> 5;
      case "running" -> 6;
      default -> 3;
    };
  }

  boolean isInTrouble() {
    return severity() < 3;
  }

  /** Whether any text of it contains {@code lower}, which is in lower case. */
  boolean contains(String lower) {
    for (var text : new String[] {pod(), id, machine(), handler, state, reason, message}) {
      if (text.toLowerCase(java.util.Locale.ROOT).contains(lower)) {
        return true;
      }
    }
    return false;
  }
}
