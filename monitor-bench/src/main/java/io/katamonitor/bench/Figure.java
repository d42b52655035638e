package io.katamonitor.bench;

import java.util.Arrays;

/** Values of one thing measured again and again. */
record Figure(double median, double least, double most, int rounds) {
  static Figure of(double[] values) {
    var sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Figure(median, sorted[0], sorted[sorted.length - 1], sorted.length);
  }
}
