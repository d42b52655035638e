package io.katamonitor.tls;

/** Decision about a request that needs a login. */
enum Verdict {
  ADMITTED,
  /** No login, or a wrong one. */
  REJECTED,
  /** The password could not be checked: too many wait, it took too long, or the check failed. */
  UNAVAILABLE
}
