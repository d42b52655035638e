package io.katamonitor.web;

import io.katamonitor.scrape.FailureReason;
import io.katamonitor.scrape.SandboxState;
import io.katamonitor.scrape.SandboxStatus;
import org.jspecify.annotations.Nullable;

/** Describes why a sandbox is not running. */
final class StatusText {
  private StatusText() {}

  /** A sentence without a full stop; null while it is running. May contain text of a guest. */
  static @Nullable String of(SandboxStatus status) {
    var words = words(status.state(), status.reason());
    var detail = status.detail();
    if (words.isEmpty() || detail == null || detail.isEmpty()) {
      return words.isEmpty() ? null : words;
    }
    return words + ": " + detail;
  }

  private static String words(SandboxState state, @Nullable FailureReason reason) {
    return switch (state) {
      case RUNNING -> "";
      case STARTING -> "It is booting";
      case FAILING -> failure(reason);
      case BACKOFF -> "Not scraped for a while after timeouts in a row";
      case STUCK -> "Not scraped until its pod is restarted";
      case NOT_SCRAPED -> "Not scraped";
    };
  }

  private static String failure(@Nullable FailureReason reason) {
    return switch (reason) {
      case null -> "The last scrape failed";
      case TIMEOUT -> "It timed out";
      case REFUSED -> "Its shim cannot be reached";
      case DENIED -> "The monitor has no access to its shim's socket";
      case VANISHED -> "It vanished during the scrape";
      case STATUS -> "Its shim reports an error";
      case TOO_LARGE -> "Its response is too large";
      case TOO_MANY_SAMPLES -> "Its response has too many samples";
      case MALFORMED -> "Its response is not valid";
      case MEMORY -> "There was no memory for its response";
    };
  }
}
