package io.katamonitor.scrape;

import java.util.Locale;

/** How a sandbox is doing, for {@code kata_monitor_sandboxes{state}}, page and log. */
public enum SandboxState {
  /** It is booting: listed, not asked. */
  STARTING,
  /** Its last scrape succeeded, or it was never scraped. */
  RUNNING,
  /** Its last scrape failed. */
  FAILING,
  /** Not asked for a while: it let several requests in a row time out. */
  BACKOFF,
  /** Not asked until its directory is replaced: its shim's response never ended. */
  STUCK,
  /** Never asked: its shim might abort on the request. */
  NOT_SCRAPED;

  private final String label = name().toLowerCase(Locale.ROOT);

  public String label() {
    return label;
  }
}
