package io.katamonitor.web;

/** Renders a document part by part: its head, a part for each sandbox, its end. */
interface DocumentParts {
  /**
   * Writes the next part, some kilobytes at most.
   *
   * @return false if it was the last one
   */
  boolean writeNext(StringBuilder out);
}
