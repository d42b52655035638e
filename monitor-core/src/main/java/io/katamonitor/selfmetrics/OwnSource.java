package io.katamonitor.selfmetrics;

import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.template.OwnBodyBuilder;
import java.io.IOException;

/** Writes one or more own families, which are adjacent in the order of names. */
@FunctionalInterface
interface OwnSource {
  /**
   * Writes the families that can be read.
   *
   * @throws IOException if the source cannot be read: families not finished yet are left out
   */
  void writeTo(OwnBodyBuilder body, OwnSeriesWriter values)
      throws IOException, MemoryExhaustedException;
}
