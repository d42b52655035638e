package io.katamonitor.bench;

import java.util.Arrays;

/** Values of one thing measured again and again. */
record Statistic(double median, double min, double max, int rounds) {
  static Statistic of(double[] values) {
    var sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Statistic(median, sorted[0], sorted[sorted.length - 1], sorted.length);
  }

  /** Of each round's ratio: what disturbs a whole round disturbs it less than two medians. */
  static Statistic ofRatios(double[] values, double[] references) {
    var ratios = new double[values.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = values[i] / references[i];
    }
    return of(ratios);
  }
}
