package io.katamonitor.shim;

import io.katamonitor.scrape.FailureReason;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Frees a shim's answer of HTTP/1.x: head, chunks, length (RFC 9112). Made for the scrape's path,
 * where Netty's decoder costs an object for each of the twenty chunks of a body; the proxied
 * endpoints use that one. What is not a plain answer of status 200 in the identity coding is
 * refused. Confined to the event loop.
 */
final class AnswerFraming {
  /** An answer that is not to be had; ends the call. */
  static final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // Never serialised.
    final FailureReason reason;

    Refusal(FailureReason reason, String detail) {
      super(detail, null, false, false);
      this.reason = reason;
    }
  }

  /** Of an answer and the interim ones before it. */
  private static final int MAX_HEAD = 16 * 1024;

  /** Of chunk sizes with extensions, and of trailers: all lines together. */
  private static final int MAX_CHUNK_LINE = 8 * 1024;

  private enum State {
    HEAD,
    LENGTH,
    UNTIL_CLOSE,
    CHUNK_SIZE,
    CHUNK,
    CHUNK_END,
    TRAILER,
    COMPLETE
  }

  private final int maxBytes;
  private State state = State.HEAD;
  private byte[] head = new byte[512];
  private int headLength;
  private int headBytes;
  private int trailerBytes;

  /** Bytes of the body, or of the chunk, still to come. */
  private long left;

  /** The line between chunks that is being read, and whether it has come whole. */
  private final StringBuilder line = new StringBuilder();

  private boolean lineEnded;

  AnswerFraming(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  boolean isComplete() {
    return state == State.COMPLETE;
  }

  /** Whether the connection's end is the body's end. */
  boolean endsWithConnection() {
    return state == State.UNTIL_CLOSE;
  }

  boolean hasBegun() {
    return headBytes > 0;
  }

  /**
   * Takes all bytes of {@code in} and leaves the body's in {@code bytes}, which has room for all.
   *
   * @return where in {@code bytes} they end
   */
  int feed(ByteBuf in, byte[] bytes, int at) throws Refusal {
    int end = at + in.readableBytes();
    in.readBytes(bytes, at, end - at);
    int from = at;
    int to = at;
    while (from < end) {
      switch (state) {
        case HEAD -> from = head(bytes, from, end);
        case LENGTH, CHUNK -> {
          int count = (int) Math.min(left, end - from);
          System.arraycopy(bytes, from, bytes, to, count);
          from += count;
          to += count;
          left -= count;
          if (left == 0) {
            state = state == State.LENGTH ? State.COMPLETE : State.CHUNK_END;
          }
        }
        case UNTIL_CLOSE -> {
          System.arraycopy(bytes, from, bytes, to, end - from);
          to += end - from;
          from = end;
        }
        case CHUNK_SIZE, CHUNK_END, TRAILER -> {
          from = readLine(bytes, from, end);
          if (lineEnded) {
            lineEnded = false;
            line();
          }
        }
        case COMPLETE -> from = end;
      }
    }
    return to;
  }

  /** Reads on in the head; says where what was read ends. */
  private int head(byte[] bytes, int from, int end) throws Refusal {
    for (int i = from; i < end; i++) {
      if (headBytes++ == MAX_HEAD) {
        throw new Refusal(FailureReason.MALFORMED, "the answer's head is too long");
      }
      if (headLength == head.length) {
        head = Arrays.copyOf(head, 2 * head.length);
      }
      head[headLength++] = bytes[i];
      if (bytes[i] == '\n' && endsHead()) {
        parseHead(new String(head, 0, headLength, StandardCharsets.ISO_8859_1));
        return i + 1;
      }
    }
    return end;
  }

  private boolean endsHead() {
    int before = headLength - 2;
    if (before >= 0 && head[before] == '\r') {
      before--;
    }
    return before >= 0 && head[before] == '\n';
  }

  private void parseHead(String text) throws Refusal {
    int status = status(text);
    if (status >= 100 && status < 200) {
      headLength = 0;
      return;
    }
    if (status != 200) {
      throw new Refusal(FailureReason.STATUS, "the shim answered with status " + status);
    }
    String length = null;
    String transfer = null;
    int start = text.indexOf('\n') + 1;
    while (start < text.length()) {
      int end = text.indexOf('\n', start);
      var field = text.substring(start, end).strip();
      start = end + 1;
      int colon = field.indexOf(':');
      if (colon < 0 && !field.isEmpty()) {
        throw malformed("a header line without a colon");
      }
      var value = field.substring(colon + 1).strip();
      if (isNamed("content-length", field, colon)) {
        if (length != null && !length.equals(value)) {
          throw malformed("two lengths");
        }
        length = value;
      } else if (isNamed("transfer-encoding", field, colon)) {
        transfer = transfer == null ? value : transfer + "," + value;
      } else if (isNamed("content-encoding", field, colon) && !value.equalsIgnoreCase("identity")) {
        throw malformed("a content coding that was not asked for");
      }
    }
    frame(length, transfer);
  }

  private static boolean isNamed(String name, String field, int colon) {
    return colon == name.length() && field.regionMatches(true, 0, name, 0, colon);
  }

  private static int status(String head) throws Refusal {
    boolean isHttp = head.startsWith("HTTP/1.") && head.length() > 12 && head.charAt(8) == ' ';
    if (!isHttp || head.charAt(12) > ' ') {
      throw malformed("no HTTP answer");
    }
    int status = 0;
    for (int i = 9; i < 12; i++) {
      int digit = head.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        throw malformed("no HTTP status");
      }
      status = status * 10 + digit;
    }
    return status;
  }

  private void frame(@Nullable String length, @Nullable String transfer) throws Refusal {
    if (transfer != null) {
      if (!transfer.equalsIgnoreCase("chunked") || length != null) {
        throw malformed("a framing that cannot be trusted");
      }
      state = State.CHUNK_SIZE;
    } else if (length != null) {
      left = number(length, 10, 12);
      if (left > maxBytes) {
        throw new Refusal(
            FailureReason.TOO_LARGE, "the answer has more than " + maxBytes + " bytes");
      }
      state = left == 0 ? State.COMPLETE : State.LENGTH;
    } else {
      state = State.UNTIL_CLOSE;
    }
  }

  private static long number(CharSequence text, int radix, int maxDigits) throws Refusal {
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) < 128 ? Character.digit(text.charAt(i), radix) : -1;
      if (digit < 0) {
        throw malformed("a length that is no number");
      }
      value = value * radix + digit;
    }
    if (text.isEmpty() || text.length() > maxDigits) {
      throw malformed("a length that is no number");
    }
    return value;
  }

  /** Reads on to the line's end, which may not have come yet; says where what was read ends. */
  private int readLine(byte[] bytes, int from, int end) throws Refusal {
    for (int i = from; i < end; i++) {
      if (bytes[i] == '\n') {
        int last = line.length() - 1;
        if (last >= 0 && line.charAt(last) == '\r') {
          line.setLength(last);
        }
        lineEnded = true;
        return i + 1;
      }
      if (line.length() == MAX_CHUNK_LINE) {
        throw malformed("a chunk's line that is too long");
      }
      line.append((char) (bytes[i] & 0xFF));
    }
    return end;
  }

  /** A line between chunks has come whole. */
  private void line() throws Refusal {
    switch (state) {
      case CHUNK_SIZE -> chunkSize();
      case CHUNK_END -> {
        if (!line.isEmpty()) {
          throw malformed("a chunk longer than it says");
        }
        state = State.CHUNK_SIZE;
      }
      default -> {
        // Trailers, which mean nothing here, up to an empty line.
        trailerBytes += line.length();
        if (trailerBytes > MAX_CHUNK_LINE) {
          throw malformed("a trailer that is too long");
        }
        state = line.isEmpty() ? State.COMPLETE : State.TRAILER;
        line.setLength(0);
      }
    }
  }

  private void chunkSize() throws Refusal {
    int extension = line.indexOf(";");
    int last = (extension < 0 ? line.length() : extension) - 1;
    while (last >= 0 && (line.charAt(last) == ' ' || line.charAt(last) == '\t')) {
      last--;
    }
    line.setLength(last + 1);
    left = number(line, 16, 8);
    line.setLength(0);
    if (left > maxBytes) {
      throw new Refusal(FailureReason.TOO_LARGE, "the answer has more than " + maxBytes + " bytes");
    }
    state = left == 0 ? State.TRAILER : State.CHUNK;
  }

  private static Refusal malformed(String what) {
    return new Refusal(FailureReason.MALFORMED, what);
  }
}
