package io.katamonitor.soak;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;

/** Scrapes repeatedly over a persistent connection and checks every response. */
final class Scraper {
  private final ScrapeProfile profile;
  private final Monitor monitor;
  private final Node node;
  private final Findings findings;
  private final AtomicInteger scrapes = new AtomicInteger();
  private final AtomicInteger promtool = new AtomicInteger();
  private final AtomicLong samples = new AtomicLong();
  private final AtomicLong slowestNanos = new AtomicLong();
  private SampleCount whole = new SampleCount();

  Scraper(ScrapeProfile profile, Monitor monitor, Node node, Findings findings) {
    this.profile = profile;
    this.monitor = monitor;
    this.node = node;
    this.findings = findings;
  }

  /** Determines the expected samples of a healthy sandbox from the text of a shim. */
  void learn(HttpClient client, String id) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(monitor.uri("/metrics?sandbox=" + id)).build();
    var response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    try (var body = response.body()) {
      whole = TextCheck.raw(body, profile.prefixes());
    }
  }

  /**
   * Scrapes again as soon as a response is complete.
   *
   * @param left number of scrapes still to be made, shared by all scrapers
   * @param checkEach one response of this many is checked
   */
  void run(AtomicInteger left, int checkEach) {
    try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      for (int i = left.getAndDecrement(); i > 0; i = left.getAndDecrement()) {
        scrape(client, i % checkEach == 0);
      }
    } catch (IOException | RuntimeException e) {
      findings.add(profile.name() + ": " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Scrapes until the end.
   *
   * @param end as of {@link System#nanoTime}
   * @param everyMillis from the start of a scrape to that of the next
   */
  void run(long end, long everyMillis) {
    try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      while (System.nanoTime() - end < 0) {
        long began = System.nanoTime();
        try {
          scrape(client, true);
        } catch (IOException | RuntimeException e) {
          findings.add(profile.name() + ": " + e);
        }
        slowestNanos.accumulateAndGet(System.nanoTime() - began, Math::max);
        long rest = everyMillis - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        TimeUnit.MILLISECONDS.sleep(Math.max(0, rest));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void scrape(HttpClient client, boolean check) throws IOException, InterruptedException {
    long began = System.nanoTime();
    var well = node.well();
    var response = client.send(profile.request(monitor), HttpResponse.BodyHandlers.ofInputStream());
    try (var body = response.body()) {
      if (response.statusCode() != 200) {
        throw new IOException("status " + response.statusCode());
      }
      if (check) {
        compare(read(profile.gzip() ? new GZIPInputStream(body, 1 << 16) : body), well, began);
      } else {
        body.transferTo(OutputStream.nullOutputStream());
      }
    }
    scrapes.incrementAndGet();
  }

  private Map<String, SampleCount> read(InputStream in) throws IOException, InterruptedException {
    if (profile.protobuf()) {
      return readProtobuf(in.readAllBytes());
    }
    if (profile.promtoolEach() == 0 || scrapes.get() % profile.promtoolEach() != 0) {
      return TextCheck.merged(in);
    }
    promtool.incrementAndGet();
    var process =
        new ProcessBuilder("promtool", "check", "metrics")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.PIPE)
            .start();
    var said = new StringBuilder();
    var reader =
        Thread.startVirtualThread(() ->
            process
                .inputReader()
                .lines()
                .forEach(line -> {
                  if (line.contains("error while linting") && said.isEmpty()) {
                    said.append(line);
                  }
                }));
    try (var out = process.getOutputStream()) {
      return TextCheck.merged(new Tee(in, out));
    } finally {
      // 3: only remarks of style, on names that are upstream's.
      int code = process.waitFor();
      reader.join();
      if ((code != 0 && code != 3) || !said.isEmpty()) {
        findings.add(profile.name() + ": promtool ends with " + code + " " + said);
      }
    }
  }

  /**
   * Keeps an unreadable response in a file: errors of the protobuf parser hardly tell where they
   * are.
   */
  private static Map<String, SampleCount> readProtobuf(byte[] body) throws IOException {
    try {
      return ProtobufCheck.merged(new ByteArrayInputStream(body));
    } catch (IOException e) {
      var file = Files.createTempFile("kata-monitor-soak", ".pb");
      Files.write(file, body);
      throw new IOException(e + ": kept in " + file, e);
    }
  }

  void compare(Map<String, SampleCount> had, Map<Pod, Long> well, long began) {
    had.forEach((id, tally) -> {
      samples.addAndGet(tally.samples);
      var pod = node.pod(id);
      if (pod == null || pod.isForgotten(began)) {
        findings.add(profile.name() + ": has the sandbox " + id + ", which is not there");
      }
    });
    well.forEach((pod, since) -> {
      var tally = had.getOrDefault(pod.id(), new SampleCount());
      if (pod.wellSince() != since) {
        return; // It has failed or ended meanwhile.
      }
      if (profile.protobuf() ? tally.samples != whole.samples : !tally.isSameAs(whole)) {
        findings.add(
            "%s: of the healthy sandbox %s %d of %d samples, %s"
                .formatted(
                    profile.name(),
                    pod.id(),
                    tally.samples,
                    whole.samples,
                    tally.heads == whole.heads ? "the same" : "others"));
      } else if (tally.unlabelled > 0 && pod.isLabelled(began)) {
        findings.add(profile.name() + ": the sandbox " + pod.id() + " has no labels");
      }
    });
  }

  ScrapeProfile profile() {
    return profile;
  }

  int scrapes() {
    return scrapes.get();
  }

  int byPromtool() {
    return promtool.get();
  }

  long samples() {
    return samples.get();
  }

  long slowestMillis() {
    return TimeUnit.NANOSECONDS.toMillis(slowestNanos.get());
  }

  /** Passes the response on to a program; if the program exits early, that is its own failure. */
  private static final class Tee extends FilterInputStream {
    private final OutputStream out;

    Tee(InputStream in, OutputStream out) {
      super(in);
      this.out = out;
    }

    @Override
    public int read(byte[] to, int from, int length) throws IOException {
      int count = super.read(to, from, length);
      if (count > 0) {
        out.write(to, from, count);
      }
      return count;
    }
  }
}
