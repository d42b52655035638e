package io.katamonitor.endpoint;

import io.katamonitor.aggregate.ByteConsumer;
import io.katamonitor.aggregate.Exposition;
import io.katamonitor.aggregate.ExpositionReader;
import io.katamonitor.aggregate.Negotiation;
import io.katamonitor.log.Log;
import io.katamonitor.response.ExpositionSender;
import io.katamonitor.response.ProtobufReader;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.scrape.FailureReason;
import io.katamonitor.scrape.Fanout;
import io.katamonitor.scrape.Scraper;
import io.katamonitor.self.SelfMetrics;
import io.katamonitor.server.Endpoint;
import io.katamonitor.server.Exchange;
import io.katamonitor.server.Response;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * {@code /metrics}: the metrics of all sandboxes, or of the one that {@code ?sandbox=} names: its
 * body as it is, or with our labels. Waits for the shims until the scraper's own timeout is near,
 * then answers with what has arrived. Confined to the event loop.
 */
public final class MetricsEndpoint implements Endpoint {
  private static final Log LOG = Log.of(MetricsEndpoint.class);

  /**
   * Without a scrape for so long, memory is given back: Prometheus comes each minute or more often.
   */
  private static final Duration IDLE = Duration.ofSeconds(40);

  private final Scraper scraper;
  private final SelfMetrics self;
  private final SandboxParameter parameter;
  private final Endpoint raw;
  private final Duration timeoutOffset;
  private final int maxRequests;
  private final ExpositionReader.Workspace workspace = new ExpositionReader.Workspace();

  /** The answers being sent, the oldest first. */
  private final Set<ExpositionSender> sending = new LinkedHashSet<>();

  private int inFlight;
  private @Nullable ScheduledFuture<?> idle;

  /**
   * @param raw answers for one sandbox without labels
   * @param timeoutOffset kept back from the scraper's timeout
   * @param maxRequests in flight; 0 for no limit
   */
  public MetricsEndpoint(
      Scraper scraper,
      SelfMetrics self,
      SandboxParameter parameter,
      Endpoint raw,
      Duration timeoutOffset,
      int maxRequests) {
    this.scraper = scraper;
    this.self = self;
    this.parameter = parameter;
    this.raw = raw;
    this.timeoutOffset = timeoutOffset;
    this.maxRequests = maxRequests;
    scraper.relieveBy(this::dropSlowestReader);
  }

  @Override
  public void serve(Exchange exchange) {
    if (maxRequests > 0 && inFlight >= maxRequests) {
      exchange.respond(
          Response.sentence(
              HttpResponseStatus.SERVICE_UNAVAILABLE,
              "Too many requests to /metrics are in flight (max-requests)."));
      return;
    }
    inFlight++;
    self.scrapeStarted();
    trimWhenIdle(exchange.eventLoop());
    boolean ofOne = SandboxParameter.isIn(exchange.request());
    if (ofOne && !"true".equals(exchange.request().parameter("labels"))) {
      serveRaw(exchange);
      return;
    }
    exchange.onEnd(failed -> inFlight--);
    if (!ofOne) {
      new Scrape(exchange).start(null);
      return;
    }
    var sandbox = parameter.sandboxOf(exchange);
    if (sandbox != null) {
      new Scrape(exchange).start(sandbox);
    } else {
      self.scrapeFinished(0, false);
    }
  }

  private void serveRaw(Exchange exchange) {
    long beganNanos = System.nanoTime();
    exchange.onEnd(failed -> {
      self.scrapeFinished(System.nanoTime() - beganNanos, failed);
      inFlight--;
    });
    raw.serve(exchange);
  }

  /**
   * Gives memory back a while after the last scrape; after each it would cost more than it saves.
   */
  private void trimWhenIdle(EventLoop loop) {
    if (idle != null) {
      idle.cancel(false);
    }
    idle = loop.schedule(scraper::trim, IDLE.toSeconds(), TimeUnit.SECONDS);
  }

  /** Memory is short: the answer that has been on its way longest is given up, if there is one. */
  private boolean dropSlowestReader() {
    var senders = sending.iterator();
    if (!senders.hasNext()) {
      return false;
    }
    senders.next().abort();
    return true;
  }

  /** One request. */
  private final class Scrape implements Fanout.Waiter {
    private final Exchange exchange;
    private final long beganNanos = System.nanoTime();
    private @Nullable Sandbox only;
    private @Nullable Fanout fanout;
    private @Nullable ScheduledFuture<?> deadline;

    Scrape(Exchange exchange) {
      this.exchange = exchange;
    }

    void start(@Nullable Sandbox sandbox) {
      only = sandbox;
      exchange.onClientGone(this::clientGone);
      fanout = sandbox == null ? scraper.scrape(this) : scraper.scrape(sandbox, this);
      if (fanout.isSettled()) {
        answer(fanout, false);
      } else {
        long nanos = ScraperTimeout.of(exchange.request(), timeoutOffset).toNanos();
        deadline = exchange.eventLoop().schedule(this::late, nanos, TimeUnit.NANOSECONDS);
      }
    }

    private void clientGone() {
      if (fanout != null) {
        cancelDeadline();
        fanout.leave(this, false);
        fanout.release();
        self.scrapeFinished(System.nanoTime() - beganNanos, false);
      }
    }

    @Override
    public void allSettled() {
      if (fanout != null) {
        answer(fanout, false);
      }
    }

    private void late() {
      if (fanout != null) {
        answer(fanout, true);
      }
    }

    private void cancelDeadline() {
      if (deadline != null) {
        deadline.cancel(false);
      }
    }

    /** Whatever fails here, the client hears of it: a timer's exception nobody would. */
    private void answer(Fanout scraped, boolean isLate) {
      fanout = null;
      cancelDeadline();
      exchange.onClientGone(null);
      try {
        merge(scraped, isLate);
      } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
        LOG.error("a scrape could not be answered", "error", e);
        exchange.respond(
            Response.sentence(
                HttpResponseStatus.INTERNAL_SERVER_ERROR, "The scrape failed; the log tells why."));
      }
    }

    private void merge(Fanout scraped, boolean isLate) {
      boolean failed = scraped.hasFailures();
      scraped.leave(this, isLate);
      var failure = scraped.firstFailure();
      if (only != null && failure != null) {
        scraped.release();
        self.scrapeFinished(System.nanoTime() - beganNanos, true);
        exchange.respond(noMetrics(failure));
        return;
      }
      var prefixes = prefixes();
      Predicate<String> kept = prefixes.isEmpty() ? name -> true : name -> begins(name, prefixes);
      var exposition = exposition(scraped, kept, only == null && prefixes.isEmpty());
      // Behind the rendering: as upstream's, the histogram leaves the current scrape out.
      self.scrapeFinished(System.nanoTime() - beganNanos, failed);
      var headers = exchange.request().headers();
      var form = Negotiation.of(all(headers, "Accept"), all(headers, "Accept-Encoding"));
      var sender = new ExpositionSender[1];
      sender[0] =
          new ExpositionSender(
              exchange,
              exposition,
              (read, out) -> reader(form, read, out),
              () -> {
                sending.remove(sender[0]);
                scraped.release();
              });
      sending.add(sender[0]);
      sender[0].start(headers(form));
    }

    private Exposition exposition(Fanout scraped, Predicate<String> kept, boolean withOwn) {
      try {
        return scraper.exposition(scraped, kept, withOwn);
      } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
        scraped.release();
        throw e;
      }
    }

    /** A scraper of one sandbox must see that it failed: nothing else stands in its answer. */
    private static Response noMetrics(FailureReason failure) {
      return switch (failure) {
        case TIMEOUT ->
            Response.sentence(
                HttpResponseStatus.GATEWAY_TIMEOUT, "The shim did not answer in time.");
        case BACKOFF, UNSAFE_HYPERVISOR ->
            Response.sentence(
                HttpResponseStatus.SERVICE_UNAVAILABLE,
                "The shim is not asked now: " + failure.label() + ".");
        case REFUSED, VANISHED, STATUS, TOO_LARGE, MALFORMED ->
            Response.sentence(
                HttpResponseStatus.BAD_GATEWAY,
                "The shim gave no metrics: " + failure.label() + ".");
      };
    }

    private BooleanSupplier reader(Negotiation form, Exposition read, ByteConsumer out) {
      if (form.protobuf()) {
        return ProtobufReader.of(read, workspace, form.gzip(), out);
      }
      var reader =
          form.gzip()
              ? ExpositionReader.gzip(read, workspace, out)
              : ExpositionReader.text(read, workspace, out);
      return reader::turn;
    }

    private HttpHeaders headers(Negotiation form) {
      var headers = new DefaultHttpHeaders();
      headers.set(HttpHeaderNames.CONTENT_TYPE, form.contentType());
      headers.set(HttpHeaderNames.VARY, "Accept, Accept-Encoding");
      if (form.gzip()) {
        headers.set(HttpHeaderNames.CONTENT_ENCODING, "gzip");
      }
      return headers;
    }

    /** The name beginnings that {@code filter_family} asks for; empty names are no filter. */
    private List<String> prefixes() {
      var prefixes = new ArrayList<String>();
      var filter = exchange.request().parameter("filter_family");
      if (filter != null) {
        for (var prefix : filter.split(",", -1)) {
          if (!prefix.isBlank()) {
            prefixes.add(prefix.strip());
          }
        }
      }
      return prefixes;
    }

    private static boolean begins(String name, List<String> prefixes) {
      for (var prefix : prefixes) {
        if (name.startsWith(prefix)) {
          return true;
        }
      }
      return false;
    }

    private static @Nullable String all(HttpHeaders headers, String name) {
      var values = headers.getAll(name);
      return values.isEmpty() ? null : String.join(",", values);
    }
  }
}
