package io.katamonitor.scrape;

import java.time.Instant;

/** Source of time, so that tests can set it. For any thread. */
public interface Clock {
  /** The machine's clock. */
  Clock SYSTEM =
      new Clock() {
        @Override
        public long nanoTime() {
          return System.nanoTime();
        }

        @Override
        public Instant wallTime() {
          return Instant.now();
        }
      };

  /** Nanoseconds as of {@link System#nanoTime}: differences only, may wrap around. */
  long nanoTime();

  /** Wall-clock time, for display. */
  Instant wallTime();
}
