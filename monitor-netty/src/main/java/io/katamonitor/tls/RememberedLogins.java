package io.katamonitor.tls;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Logins whose password was checked, by keyed digests that reveal nothing of it. Forgets one that
 * was not used for 10 minutes, and beyond 1,000 the one that was not used for longest. Confined to
 * the event loop.
 */
final class RememberedLogins {
  static final Duration LIFETIME = Duration.ofMinutes(10);
  static final int MAX = 1_000;

  private final LongSupplier nanoTime;

  /** When each was last used, the longest unused one first. */
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

  /** Whether a login is remembered; its lifetime then starts again. */
  boolean use(ByteBuffer login) {
    Long last = lastUsed.remove(login);
    if (last == null || nanoTime.getAsLong() - last >= LIFETIME.toNanos()) {
      return false;
    }
    add(login);
    return true;
  }
}
