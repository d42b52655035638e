package io.katamonitor.soak;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * One client of an attack: scrapes over a new connection each time, with HTTP/1.0, so that the
 * response ends where the connection does.
 *
 * @param query of {@code /metrics}
 * @param bytesPerSecond maximum speed of reading; 0 for no limit
 */
record AttackReader(String query, boolean isGzip, boolean isProtobuf, int bytesPerSecond) {
  private static final String PROTOBUF =
      "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily;"
          + " encoding=delimited;q=0.7,text/plain;q=0.3";

  /** Scrape timeout of Prometheus, which it also announces. */
  static final int TIMEOUT_SECONDS = 10;

  /** Reads per second of a slow client. */
  private static final int READS = 4;

  /**
   * The 39 clients whose responses are not checked: four formats, 39 filters, a third of them slow.
   */
  static AttackReader others(int number) {
    return new AttackReader(
        "?filter_family=kata,none" + number,
        number % 2 == 1,
        number % 4 >= 2,
        number % 3 == 0 ? 2_000 + 500 * (number % 5) : 0);
  }

  /**
   * Scrapes and discards the response.
   *
   * @return whether the response appears to be complete
   */
  boolean discard(int port) throws IOException, InterruptedException {
    return get(port, OutputStream.nullOutputStream()) > 0;
  }

  /**
   * Scrapes.
   *
   * @return the content of a response with status 200
   */
  byte[] read(int port) throws IOException, InterruptedException {
    var content = new ByteArrayOutputStream(1 << 20);
    get(port, content);
    return content.toByteArray();
  }

  private long get(int port, OutputStream content) throws IOException, InterruptedException {
    try (var socket = new Socket()) {
      if (bytesPerSecond > 0) {
        socket.setReceiveBufferSize(4096);
      }
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
      socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(2L * TIMEOUT_SECONDS));
      var request =
          "GET /metrics%s HTTP/1.0\r\nHost: x\r\nAccept: %s\r\n%sX-Prometheus-Scrape-Timeout-Seconds: %d\r\n\r\n"
              .formatted(
                  query,
                  isProtobuf ? PROTOBUF : "text/plain;version=0.0.4",
                  isGzip ? "Accept-Encoding: gzip\r\n" : "",
                  TIMEOUT_SECONDS);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      var in = socket.getInputStream();
      var head = head(in);
      if (!head.startsWith("HTTP/1.1 200 ")) {
        throw new IOException(head.lines().findFirst().orElse("no response"));
      }
      return bytesPerSecond == 0 ? in.transferTo(content) : crawl(in);
    }
  }

  private static String head(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("closed after " + head.length() + " bytes of the head");
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private long crawl(InputStream in) throws IOException, InterruptedException {
    var buffer = new byte[bytesPerSecond / READS];
    long total = 0;
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      total += count;
      TimeUnit.MILLISECONDS.sleep(1_000 / READS);
    }
    return total;
  }
}
