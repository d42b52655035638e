package io.katamonitor.config;

import java.util.ArrayList;
import java.util.List;

/** The values of a flag that may be given several times, in their order; equal ones count once. */
record RepeatableType<T>(FlagType<T> value) implements FlagType<List<T>> {
  @Override
  public String placeholder() {
    return value.placeholder();
  }

  @Override
  public List<T> parse(String text) {
    return List.of(value.parse(text));
  }

  @Override
  public List<T> merge(List<T> earlier, List<T> later) {
    var all = new ArrayList<T>(earlier);
    for (var one : later) {
      if (!all.contains(one)) {
        all.add(one);
      }
    }
    return all;
  }

  @Override
  public String format(List<T> set) {
    var text = new StringBuilder();
    for (var one : set) {
      text.append(text.isEmpty() ? "" : ",").append(value.format(one));
    }
    return text.toString();
  }
}
