package io.katamonitor.sim;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** How the HTTP server of a shim frames a response. */
public enum Framing {
  /** Go's net/http: a length if the response fits its buffer of 2,048 bytes, otherwise chunks. */
  GO {
    @Override
    void frame(ByteBuf out, Page page, boolean close) {
      ascii(out, statusLine(page.status()));
      page.headers().forEach((name, value) -> header(out, name, value));
      header(out, "Date", now());
      boolean whole = page.length() <= GO_BUFFER;
      if (whole) {
        header(out, "Content-Length", Integer.toString(page.length()));
      }
      if (close) {
        header(out, "Connection", "close");
      }
      if (!whole) {
        header(out, "Transfer-Encoding", "chunked");
      }
      ascii(out, "\r\n");
      if (whole) {
        out.writeBytes(page.body(), 0, page.length());
      } else {
        chunks(out, page);
      }
    }
  },
  /** hyper: lower-case names, always a length. */
  RUST {
    @Override
    void frame(ByteBuf out, Page page, boolean close) {
      ascii(out, statusLine(page.status()));
      page.headers().forEach((name, value) -> header(out, name.toLowerCase(Locale.ROOT), value));
      header(out, "content-length", Integer.toString(page.length()));
      if (close) {
        header(out, "connection", "close");
      }
      header(out, "date", now());
      ascii(out, "\r\n");
      out.writeBytes(page.body(), 0, page.length());
    }
  },
  /** Neither length nor chunks: the response ends with the connection. */
  UNTIL_CLOSE {
    @Override
    void frame(ByteBuf out, Page page, boolean close) {
      ascii(out, statusLine(page.status()));
      page.headers().forEach((name, value) -> header(out, name, value));
      header(out, "Connection", "close");
      ascii(out, "\r\n");
      out.writeBytes(page.body(), 0, page.length());
    }
  };

  /** net/http's bufferBeforeChunkingSize. */
  private static final int GO_BUFFER = 2048;

  /** The bufio.Writer that expfmt puts before a writer that cannot write single bytes. */
  private static final int EXPFMT_BUFFER = 4096;

  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT);

  abstract void frame(ByteBuf out, Page page, boolean close);

  /** The response as bytes; the caller owns them. */
  ByteBuf frame(ByteBufAllocator allocator, Page page, boolean close) {
    var out = allocator.directBuffer(page.length() + 1024);
    frame(out, page, close);
    return out;
  }

  static String statusLine(int status) {
    return "HTTP/1.1 " + HttpResponseStatus.valueOf(status) + "\r\n";
  }

  static void header(ByteBuf out, String name, String value) {
    ascii(out, name + ": " + value + "\r\n");
  }

  static void ascii(ByteBuf out, String text) {
    out.writeCharSequence(text, StandardCharsets.US_ASCII);
  }

  static void chunk(ByteBuf out, byte[] body, int from, int to) {
    if (to > from) {
      ascii(out, Integer.toHexString(to - from) + "\r\n");
      out.writeBytes(body, from, to - from);
      ascii(out, "\r\n");
    }
  }

  private static String now() {
    return HTTP_DATE.format(ZonedDateTime.now(ZoneOffset.UTC));
  }

  /** Chunks as two buffers between a handler and the socket split them. */
  private static void chunks(ByteBuf out, Page page) {
    var cutter = new ChunkCutter(out, page.body());
    int position = 0;
    for (int end : page.writes()) {
      while (position < end) {
        position = Math.min(position + EXPFMT_BUFFER, end);
        cutter.writtenUpTo(position);
      }
    }
    cutter.end(page.length());
    ascii(out, "0\r\n\r\n");
  }

  /** net/http's response writer: bufio.Writer.Write of Go, over chunks. */
  private static final class ChunkCutter {
    private final ByteBuf out;
    private final byte[] body;
    private int sent;
    private int written;

    ChunkCutter(ByteBuf out, byte[] body) {
      this.out = out;
      this.body = body;
    }

    void writtenUpTo(int end) {
      while (end - written > GO_BUFFER - (written - sent)) {
        // With an empty buffer a large write passes unchanged; otherwise the buffer is filled and
        // flushed.
        int to = written == sent ? end : sent + GO_BUFFER;
        chunk(out, body, sent, to);
        sent = to;
        written = to;
      }
      written = end;
    }

    void end(int length) {
      chunk(out, body, sent, length);
    }
  }

  static List<Integer> oneWrite(int length) {
    return List.of(length);
  }
}
