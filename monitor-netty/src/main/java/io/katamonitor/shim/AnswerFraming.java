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

  /** Bytes of the body, or of the chunk, still to come. */
  private long left;

  private final StringBuilder line = new StringBuilder();

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
    return headLength > 0;
  }

  /**
   * Takes all bytes of {@code in} and puts the body's into {@code to}, which has room for them.
   *
   * @return where in {@code to} they end
   */
  int feed(ByteBuf in, byte[] to, int at) throws Refusal {
    int end = at;
    while (in.isReadable()) {
      switch (state) {
        case HEAD -> head(in);
        case LENGTH, CHUNK -> {
          int count = (int) Math.min(left, in.readableBytes());
          in.readBytes(to, end, count);
          end += count;
          left -= count;
          if (left == 0) {
            state = state == State.LENGTH ? State.COMPLETE : State.CHUNK_END;
          }
        }
        case UNTIL_CLOSE -> {
          int count = in.readableBytes();
          in.readBytes(to, end, count);
          end += count;
        }
        case CHUNK_SIZE -> chunkSize(in);
        case CHUNK_END -> chunkEnd(in);
        case TRAILER -> trailer(in);
        case COMPLETE -> in.skipBytes(in.readableBytes());
      }
    }
    return end;
  }

  private void head(ByteBuf in) throws Refusal {
    while (in.isReadable()) {
      if (headLength == MAX_HEAD) {
        throw new Refusal(FailureReason.MALFORMED, "the answer's head is too long");
      }
      if (headLength == head.length) {
        head = Arrays.copyOf(head, 2 * head.length);
      }
      byte next = in.readByte();
      head[headLength++] = next;
      if (next == '\n' && endsHead()) {
        parseHead(new String(head, 0, headLength, StandardCharsets.ISO_8859_1));
        return;
      }
    }
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

  private static long number(String text, int radix, int maxDigits) throws Refusal {
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

  private void chunkSize(ByteBuf in) throws Refusal {
    if (!readLine(in)) {
      return;
    }
    int extension = line.indexOf(";");
    var size = (extension < 0 ? line : line.delete(extension, line.length())).toString().strip();
    left = number(size, 16, 8);
    line.setLength(0);
    if (left > maxBytes) {
      throw new Refusal(FailureReason.TOO_LARGE, "the answer has more than " + maxBytes + " bytes");
    }
    state = left == 0 ? State.TRAILER : State.CHUNK;
  }

  private void chunkEnd(ByteBuf in) throws Refusal {
    if (readLine(in)) {
      if (!line.isEmpty()) {
        throw malformed("a chunk longer than it says");
      }
      state = State.CHUNK_SIZE;
    }
  }

  private void trailer(ByteBuf in) throws Refusal {
    if (readLine(in)) {
      state = line.isEmpty() ? State.COMPLETE : State.TRAILER;
      line.setLength(0);
    }
  }

  /** Reads on to the line's end; false when it has not come yet. */
  private boolean readLine(ByteBuf in) throws Refusal {
    while (in.isReadable()) {
      char next = (char) (in.readByte() & 0xFF);
      if (next == '\n') {
        int last = line.length() - 1;
        if (last >= 0 && line.charAt(last) == '\r') {
          line.setLength(last);
        }
        return true;
      }
      if (line.length() == MAX_CHUNK_LINE) {
        throw malformed("a chunk's line that is too long");
      }
      line.append(next);
    }
    return false;
  }

  private static Refusal malformed(String what) {
    return new Refusal(FailureReason.MALFORMED, what);
  }
}
