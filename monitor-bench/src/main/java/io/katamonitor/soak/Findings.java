package io.katamonitor.soak;

import java.util.ArrayList;
import java.util.List;

/** Collects errors, from any thread: keeps the text of the first ones and counts all. */
final class Findings {
  private static final int MOST = 20;

  private final List<String> first = new ArrayList<>();
  private int count;

  synchronized void add(String sentence) {
    count++;
    if (first.size() < MOST) {
      first.add(sentence);
    }
  }

  synchronized List<String> list() {
    var list = new ArrayList<>(first);
    if (count > first.size()) {
      list.add("and " + (count - first.size()) + " more");
    }
    return list;
  }
}
