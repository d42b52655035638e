package io.katamonitor.bench;

import java.util.Arrays;

/** Statistics of repeated measurements. */
record Statistic(double median, double min, double max, int rounds) {
  static Statistic of(double[] values) {
    var sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Statistic(median, sorted[0], sorted[sorted.length - 1], sorted.length);
  }

  /**
   * Statistics of the ratio in each round: less affected by load that disturbs a whole round than
   * the ratio of two medians.
   */
  static Statistic ofRatios(double[] values, double[] references) {
    var ratios = new double[values.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = values[i] / references[i];
    }
    return of(ratios);
  }
}
