package io.katamonitor.soak;

/** The samples of one sandbox in a response. */
final class SampleCount {
  int samples;

  /** Number of samples with an unknown pod. */
  int unlabelled;

  /** Checksum over the names and own labels of its samples, independent of their order. */
  long heads;

  boolean isSameAs(SampleCount other) {
    return samples == other.samples && heads == other.heads;
  }
}
