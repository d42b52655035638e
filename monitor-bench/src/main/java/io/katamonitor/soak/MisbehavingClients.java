package io.katamonitor.soak;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Clients that disconnect in the middle of their scrape, and clients that stop reading. One thread.
 */
final class MisbehavingClients {
  /** Together with the scrapers below the 40 scrapes in flight that the monitor allows. */
  private static final int MOST_STALLED = 8;

  /** The full number is soon reached, so that their memory does not count as growth. */
  private static final long STALL_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

  private static final long REPLACE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final int port;
  private final int pauseMillis;
  private final SplittableRandom random;
  private final Findings findings;
  private final ArrayDeque<Socket> stalled = new ArrayDeque<>();
  private volatile int abandoned;
  private volatile int stopped;
  private volatile int closedByMonitor;

  /**
   * @param pauseMillis mean pause between two clients that disconnect
   */
  MisbehavingClients(int port, long seed, int pauseMillis, Findings findings) {
    this.port = port;
    this.pauseMillis = pauseMillis;
    this.random = new SplittableRandom(seed);
    this.findings = findings;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes.
  void run(long end) {
    try {
      long nextStall = System.nanoTime();
      while (System.nanoTime() - end < 0) {
        if (System.nanoTime() - nextStall >= 0) {
          nextStall += stalled.size() < MOST_STALLED ? STALL_NANOS : REPLACE_NANOS;
          stop();
          stopped++;
        }
        abandon();
        abandoned++;
        TimeUnit.MILLISECONDS.sleep(random.nextInt(2 * pauseMillis));
      }
      while (!stalled.isEmpty()) {
        stalled.remove().close();
      }
    } catch (IOException e) {
      findings.add("a client cannot connect: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Socket connect() throws IOException {
    var socket = new Socket();
    socket.setReceiveBufferSize(16 * 1024);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
    var request =
        "GET /metrics HTTP/1.1\r\nHost: localhost\r\n"
            + (random.nextBoolean() ? "Accept-Encoding: gzip\r\n" : "")
            + "\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  /**
   * Disconnects after some bytes or some time, before or after the start of the response, with a
   * close or a reset.
   */
  private void abandon() throws IOException {
    try (var socket = connect()) {
      socket.setSoTimeout(1 + random.nextInt(800));
      try {
        socket.getInputStream().readNBytes(random.nextInt(1 << random.nextInt(1, 22)));
      } catch (SocketTimeoutException e) {
        // The client disconnects now.
      }
      socket.setSoLinger(random.nextBoolean(), 0);
    }
  }

  /** Reads a little and then stops. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes.
  private void stop() throws IOException {
    if (stalled.size() == MOST_STALLED) {
      try (var oldest = stalled.remove()) {
        oldest.setSoTimeout(2_000);
        closedByMonitor += readsToItsEnd(oldest) ? 1 : 0;
      }
    }
    stalled.add(connect());
  }

  /** Whether the monitor has closed the connection: only bytes in the kernel can still be read. */
  private static boolean readsToItsEnd(Socket socket) {
    try {
      return socket.getInputStream().readNBytes(8 << 20).length < (8 << 20);
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  int abandoned() {
    return abandoned;
  }

  int stopped() {
    return stopped;
  }

  int closedByMonitor() {
    return closedByMonitor;
  }
}
