package io.katamonitor.soak;

/** What a response has of one sandbox. */
final class SampleCount {
  int samples;

  /** Samples whose pod is not known. */
  int unlabelled;

  /** A sum over its samples' names and own labels, so that their order does not count. */
  long heads;

  boolean isSameAs(SampleCount other) {
    return samples == other.samples && heads == other.heads;
  }
}
