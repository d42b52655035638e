package io.katamonitor.soak;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;

/** One scrape by a client that reads slowly, on a thread of its own. */
final class SlowScraper implements AutoCloseable {
  private static final int STEP = 16 * 1024;

  private final Socket socket = new Socket();
  private final Thread thread;
  private volatile boolean finished;
  private volatile boolean begun;

  /**
   * @param checker of the response, if it is complete; with gzip, which reveals a cut response
   * @param millis between two reads of 16 KiB
   */
  SlowScraper(Scraper checker, Node node, int port, boolean gzip, int millis) throws IOException {
    socket.setReceiveBufferSize(STEP);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
    long began = System.nanoTime();
    var well = node.well();
    var request = "GET /metrics HTTP/1.0\r\n" + (gzip ? "Accept-Encoding: gzip\r\n" : "") + "\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    thread =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              try (var body = new Slow(socket.getInputStream(), millis)) {
                skipHead(body);
                begun = true;
                if (gzip) {
                  checker.compare(TextCheck.merged(new GZIPInputStream(body, STEP)), well, began);
                } else {
                  TextCheck.merged(body);
                }
                finished = true;
              } catch (IOException e) {
                // Cut by the monitor, or ended by close.
              }
            });
  }

  private static void skipHead(InputStream in) throws IOException {
    int last = 0;
    for (int ends = 0; ends < 2; ) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("no response");
      }
      ends = next == '\n' ? (last == '\n' ? 2 : 1) : 0;
      last = next == '\r' ? last : next;
    }
  }

  boolean hasBegun() {
    return begun;
  }

  /** Whether it has read a whole response; the checker reports errors in it. */
  boolean hasFinished() {
    return finished;
  }

  boolean isReading() {
    return thread.isAlive();
  }

  void join() throws InterruptedException {
    thread.join();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private static final class Slow extends FilterInputStream {
    private final int millis;

    Slow(InputStream in, int millis) {
      super(in);
      this.millis = millis;
    }

    @Override
    public int read(byte[] to, int from, int length) throws IOException {
      try {
        TimeUnit.MILLISECONDS.sleep(millis);
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      return super.read(to, from, Math.min(length, STEP));
    }
  }
}
