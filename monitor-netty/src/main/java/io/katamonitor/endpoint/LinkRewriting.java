package io.katamonitor.endpoint;

import io.katamonitor.sandbox.SandboxId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;

/**
 * Adds {@code sandbox=ID} to every relative link of an HTML page, as the first parameter: a browser
 * that follows a link of a shim's pprof index stays with that shim. Links may be split over buffers
 * at any byte.
 *
 * <p>An id needs no escaping, by its grammar.
 */
final class LinkRewriting implements Rewriting {
  private static final byte[] HREF = {'h', 'r', 'e', 'f'};

  /** A longer link passes as it is. */
  private static final int LONGEST_LINK = 2_048;

  private enum State {
    TEXT,
    TAG,
    NAME,
    AFTER_NAME,
    BEFORE_VALUE,
    LINK,
    OTHER_VALUE
  }

  private final String parameter;
  private final byte[] link = new byte[LONGEST_LINK];

  private State state = State.TEXT;
  private int matched;
  private int linkLength;

  /** The character that ends the value: a quote, or 0 for a blank or the end of the tag. */
  private byte terminator;

  LinkRewriting(SandboxId id) {
    parameter = "sandbox=" + id.value();
  }

  @Override
  public ByteBuf transform(ByteBuf content, ByteBufAllocator allocator) {
    try {
      var out = allocator.ioBuffer(content.readableBytes() + 1_024);
      while (content.isReadable()) {
        take(content.readByte(), out);
      }
      return out;
    } finally {
      content.release();
    }
  }

  @Override
  public ByteBuf finish(ByteBufAllocator allocator) {
    return allocator.ioBuffer(linkLength).writeBytes(link, 0, linkLength);
  }

  private void take(byte next, ByteBuf out) {
    switch (state) {
      case TEXT -> state = next == '<' ? State.TAG : State.TEXT;
      case TAG -> inTag(next);
      case NAME -> {
        if (matched < HREF.length && (next | 0x20) == HREF[matched]) {
          matched++;
          state = matched == HREF.length ? State.AFTER_NAME : State.NAME;
        } else {
          inTag(next);
        }
      }
      case AFTER_NAME -> {
        if (next == '=') {
          state = State.BEFORE_VALUE;
        } else if (!isBlank(next)) {
          inTag(next);
        }
      }
      case BEFORE_VALUE -> {
        if (!isBlank(next)) {
          state = State.LINK;
          boolean quoted = next == '"' || next == '\'';
          terminator = quoted ? next : 0;
          if (!quoted) {
            inLink(next, out);
            return;
          }
        }
      }
      case LINK -> {
        inLink(next, out);
        return;
      }
      case OTHER_VALUE -> state = next == terminator ? State.TAG : State.OTHER_VALUE;
    }
    out.writeByte(next);
  }

  private void inTag(byte next) {
    if (next == '>') {
      state = State.TEXT;
    } else if (next == '"' || next == '\'') {
      terminator = next;
      state = State.OTHER_VALUE;
    } else if (isBlank(next)) {
      matched = 0;
      state = State.NAME;
    } else {
      state = State.TAG;
    }
  }

  private void inLink(byte next, ByteBuf out) {
    boolean ends = terminator == 0 ? next == '>' || isBlank(next) : next == terminator;
    if (ends) {
      writeLink(out);
      out.writeByte(next);
      state = next == '>' && terminator == 0 ? State.TEXT : State.TAG;
      return;
    }
    if (linkLength == LONGEST_LINK) {
      out.writeBytes(link, 0, linkLength).writeByte(next);
      linkLength = 0;
      // The rest of it is passed on like the value of any other attribute.
      state = terminator == 0 ? State.TAG : State.OTHER_VALUE;
      return;
    }
    link[linkLength++] = next;
  }

  private void writeLink(ByteBuf out) {
    int fragment = indexOf('#', linkLength);
    int query = indexOf('?', fragment);
    if (!isRelative(fragment)) {
      out.writeBytes(link, 0, linkLength);
    } else if (query < fragment) {
      out.writeBytes(link, 0, query + 1);
      ByteBufUtil.writeAscii(out, parameter);
      out.writeByte('&').writeBytes(link, query + 1, linkLength - query - 1);
    } else {
      out.writeBytes(link, 0, fragment).writeByte('?');
      ByteBufUtil.writeAscii(out, parameter);
      out.writeBytes(link, fragment, linkLength - fragment);
    }
    linkLength = 0;
  }

  /** Whether the link has neither scheme nor host, and is not just a fragment. */
  private boolean isRelative(int end) {
    if (end == 0 || (end > 1 && link[0] == '/' && link[1] == '/')) {
      return false;
    }
    int scheme = indexOf(':', end);
    return scheme == end || indexOf('/', scheme) < scheme || indexOf('?', scheme) < scheme;
  }

  private int indexOf(char wanted, int end) {
    for (int i = 0; i < end; i++) {
      if (link[i] == wanted) {
        return i;
      }
    }
    return end;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t' || b == '\n' || b == '\r' || b == '\f';
  }
}
