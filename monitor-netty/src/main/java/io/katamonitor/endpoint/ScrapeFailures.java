package io.katamonitor.endpoint;

import io.katamonitor.scrape.FailureReason;
import io.katamonitor.scrape.ScrapeOutcome;
import io.katamonitor.scrape.SkipReason;
import io.katamonitor.server.Response;
import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * The error texts for a client that requests the metrics of one sandbox if there are none. All are
 * constant.
 */
final class ScrapeFailures {
  private ScrapeFailures() {}

  static Response response(ScrapeOutcome outcome) {
    if (outcome instanceof ScrapeOutcome.Skipped skipped) {
      return Response.sentence(HttpResponseStatus.SERVICE_UNAVAILABLE, sentence(skipped.reason()));
    }
    if (outcome instanceof ScrapeOutcome.Failure failure) {
      return failed(failure.reason());
    }
    throw new IllegalArgumentException("a scrape that succeeded");
  }

  private static String sentence(SkipReason reason) {
    return switch (reason) {
      case STARTING -> "The sandbox is starting; its shim is not scraped yet.";
      case NOT_SCRAPED ->
          "This sandbox's shim is not scraped: with its hypervisor it could abort"
              + " (runtime-rs-scrape).";
      case DESCRIPTORS -> "The monitor has no file descriptor left for a connection to the shim.";
      case BACKOFF -> "The shim is not scraped now (backoff): its last scrapes timed out.";
      case STUCK ->
          "The shim is no longer scraped (stuck): one of its responses never ended. Restart the pod.";
    };
  }

  static Response failed(FailureReason reason) {
    return switch (reason) {
      case TIMEOUT ->
          Response.sentence(
              HttpResponseStatus.GATEWAY_TIMEOUT, "The shim did not respond in time.");
      case MEMORY ->
          Response.sentence(
              HttpResponseStatus.SERVICE_UNAVAILABLE,
              "The monitor has no memory left for the shim's response (memory).");
      case REFUSED, DENIED, VANISHED, STATUS, TOO_LARGE, TOO_MANY_SAMPLES, MALFORMED ->
          Response.sentence(
              HttpResponseStatus.BAD_GATEWAY, "The shim gave no metrics: " + reason.label() + ".");
    };
  }
}
