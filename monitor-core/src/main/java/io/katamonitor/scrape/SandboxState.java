package io.katamonitor.scrape;

import java.util.Locale;

/**
 * State of a sandbox, for {@code kata_monitor_sandboxes{state}}, page and log.
 *
 * <table>
 * <caption>Causes of each state, observed by a scrape or by {@link SandboxChecks}</caption>
 * <tr><th>state</th><th>last observation</th></tr>
 * <tr><td>starting</td><td>nothing yet; or no socket, or no whole state file, and it is younger
 *     than 2 minutes</td></tr>
 * <tr><td>running</td><td>a whole response; or it may be scraped, and no request has been sent yet</td></tr>
 * <tr><td>failing</td><td>a request that failed</td></tr>
 * <tr><td>backoff</td><td>three requests in a row timed out, and back-off has not ended</td></tr>
 * <tr><td>stuck</td><td>a response that began and did not end; until the directory is
 *     replaced</td></tr>
 * <tr><td>not_scraped</td><td>a directory whose shim may not be requested for metrics</td></tr>
 * </table>
 */
public enum SandboxState {
  /** It is booting, or was not checked yet: listed, not scraped. */
  STARTING,
  /** Its last scrape succeeded; or it may be scraped, but was not scraped yet. */
  RUNNING,
  /** Its last scrape failed. */
  FAILING,
  /** Not scraped for a while: several requests in a row timed out. */
  BACKOFF,
  /** Not scraped until its directory is replaced: its shim's response never ended. */
  STUCK,
  /** Never scraped: its shim might abort on the request. */
  NOT_SCRAPED;

  private final String label = name().toLowerCase(Locale.ROOT);

  public String label() {
    return label;
  }
}
