package io.katamonitor.tls;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Cache of logins whose password was checked, by keyed digests that do not reveal it. Drops a login
 * that was not used for 10 minutes and, beyond 1,000, the least recently used one. Confined to the
 * event loop.
 */
final class RememberedLogins {
  static final Duration LIFETIME = Duration.ofMinutes(10);
  static final int MAX = 1_000;

  private final LongSupplier nanoTime;

  /** Time of the last use of each, the least recently used first. */
  private final Map<ByteBuffer, Long> lastUsed = new LinkedHashMap<>();

  RememberedLogins(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  void add(ByteBuffer login) {
    lastUsed.remove(login);
    if (lastUsed.size() >= MAX) {
      lastUsed.remove(lastUsed.keySet().iterator().next());
    }
    lastUsed.put(login, nanoTime.getAsLong());
  }

  /** Whether a login is cached; if so, its lifetime starts again. */
  boolean use(ByteBuffer login) {
    Long last = lastUsed.remove(login);
    if (last == null || nanoTime.getAsLong() - last >= LIFETIME.toNanos()) {
      return false;
    }
    add(login);
    return true;
  }
}
