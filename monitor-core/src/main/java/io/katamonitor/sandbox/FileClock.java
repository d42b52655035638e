package io.katamonitor.sandbox;

import java.time.Instant;
import java.time.InstantSource;

/**
 * The two clocks for files: the wall clock, which the file system uses for their times, and {@link
 * System#nanoTime} for durations. For any thread.
 */
interface FileClock extends InstantSource {
  FileClock SYSTEM =
      new FileClock() {
        @Override
        public long nanoTime() {
          return System.nanoTime();
        }

        @Override
        public long millis() {
          return System.currentTimeMillis();
        }

        @Override
        public Instant instant() {
          return Instant.now();
        }
      };

  long nanoTime();
}
