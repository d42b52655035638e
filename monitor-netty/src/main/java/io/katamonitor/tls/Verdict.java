package io.katamonitor.tls;

/** Decision about a request that needs a login. */
enum Verdict {
  ADMITTED,
  /** No credentials, or wrong ones. */
  REJECTED,
  /** The password could not be checked: too many wait, it took too long, or the check failed. */
  UNAVAILABLE
}
