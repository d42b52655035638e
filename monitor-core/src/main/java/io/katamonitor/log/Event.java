package io.katamonitor.log;

import java.time.Instant;
import org.apache.logging.log4j.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * One event: a constant text and fields. The caller of the log turns the fields to text, so that
 * the thread that writes the line never calls code of a field's value. Immutable.
 *
 * <p>Text, keys and values together have at most {@link #MAX_CHARS} characters: the field at the
 * limit is cut and ends with {@code ...}, those after it are left out.
 */
public final class Event implements Message {
  /** A line has at most as many bytes, and no character takes less than one. */
  public static final int MAX_CHARS = 4096;

  /** Appended to what was cut. */
  public static final String CUT = "...";

  private static final long serialVersionUID = 1; // Of log4j's messages; none is ever serialized.

  /** Heap bytes of the event, its array, log4j's event that carries it and its place in a queue. */
  private static final int EVENT_BYTES = 320;

  /** Heap bytes of a string and its array, and what their alignment wastes. */
  private static final int STRING_BYTES = 48;

  private final Instant time;
  private final String text;
  private final String[] fields;
  private final int size;

  private Event(Instant time, String text, String[] fields) {
    this.time = time;
    this.text = text;
    this.fields = fields;
    int bytes = EVENT_BYTES + STRING_BYTES + Character.BYTES * text.length();
    for (String word : fields) {
      bytes += STRING_BYTES + Character.BYTES * word.length();
    }
    size = bytes;
  }

  /**
   * @param fields key, value, key, value ...
   */
  public static Event of(Instant time, String text, @Nullable Object... fields) {
    String cutText = cut(text, MAX_CHARS);
    int left = MAX_CHARS - cutText.length();
    int words = fields.length & ~1;
    var all = new String[words];
    int used = 0;
    while (used < words && left > 0) {
      String key = cut(String.valueOf(fields[used]), left);
      String value = cut(String.valueOf(fields[used + 1]), Math.max(0, left - key.length()));
      all[used] = key;
      all[used + 1] = value;
      left -= key.length() + value.length();
      used += 2;
    }
    return new Event(time, cutText, used == words ? all : java.util.Arrays.copyOf(all, used));
  }

  private static String cut(String word, int max) {
    if (word.length() <= max) {
      return word;
    }
    return max < CUT.length() ? "" : word.substring(0, max - CUT.length()) + CUT;
  }

  public Instant time() {
    return time;
  }

  /** The message alone. */
  public String text() {
    return text;
  }

  /** Number of fields. */
  public int fieldCount() {
    return fields.length / 2;
  }

  public String key(int field) {
    return fields[2 * field];
  }

  public String value(int field) {
    return fields[2 * field + 1];
  }

  /** Bytes of heap that this event takes at most while it waits to be written. */
  public int size() {
    return size;
  }

  /** Text and fields as {@code text key=value}, for a back end other than ours. */
  @Override
  public String getFormattedMessage() {
    var line = new StringBuilder(text);
    for (int i = 0; i < fieldCount(); i++) {
      line.append(' ').append(key(i)).append('=').append(value(i));
    }
    return line.toString();
  }

  @Override
  public @Nullable Object[] getParameters() {
    return fields.clone();
  }

  @Override
  public @Nullable Throwable getThrowable() {
    return null;
  }
}
