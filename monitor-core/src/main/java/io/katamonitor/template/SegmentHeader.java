package io.katamonitor.template;

import io.katamonitor.exposition.FamilyType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The HELP and TYPE lines that precede the samples of a segment. Reusable. Confined to one thread.
 */
final class SegmentHeader {
  /** A longer header is not made part of a template, and a longer HELP text is dropped. */
  static final int MAX_BYTES = 8 * 1024;

  private @Nullable Family family;
  private FamilyType type = FamilyType.UNTYPED;
  private byte[] text = {};
  private int length;
  private boolean isTyped;
  private byte @Nullable [] help;

  void clear() {
    family = null;
    type = FamilyType.UNTYPED;
    length = 0;
    isTyped = false;
    help = null;
  }

  /** Makes it the header of this family; keeps the lines it has if they are of the same one. */
  void startFamily(Family named) {
    if (family != named) {
      clear();
      family = named;
    }
  }

  /** Replaces it by the header of a template. */
  void copy(FamilyTemplate template) {
    clear();
    family = template.family();
    type = template.type();
    append(template.header(), 0, template.header().length);
    isTyped = template.isTyped();
    help = template.help();
  }

  /** Replaces it by another header. */
  void copy(SegmentHeader other) {
    clear();
    family = other.family;
    type = other.type;
    append(other.text, 0, Math.min(other.length, other.text.length));
    length = other.length;
    isTyped = other.isTyped;
    help = other.help;
  }

  /** Appends a line as received, with its line feed. */
  void append(byte[] from, int start, int end) {
    int more = end - start;
    if (length + more > MAX_BYTES) {
      length = MAX_BYTES + 1;
      return;
    }
    if (text.length < length + more) {
      text = Arrays.copyOf(text, Math.max(2 * text.length, length + more));
    }
    System.arraycopy(from, start, text, length, more);
    length += more;
  }

  void setHelp(byte[] from, int start, int end) {
    help = end - start > MAX_BYTES ? null : Arrays.copyOfRange(from, start, end);
  }

  void setTyped() {
    isTyped = true;
  }

  /** Sets the type of the samples that follow, which an earlier line of the body may declare. */
  void setType(FamilyType declared) {
    type = declared;
  }

  boolean isOf(Family named) {
    return family == named;
  }

  boolean isEmpty() {
    return family == null;
  }

  boolean isTooLong() {
    return length > MAX_BYTES;
  }

  FamilyType type() {
    return type;
  }

  byte @Nullable [] help() {
    return help;
  }

  boolean isTyped() {
    return isTyped;
  }

  byte[] text() {
    return text;
  }

  int length() {
    return length;
  }

  byte[] copyText() {
    return Arrays.copyOf(text, length);
  }
}
