package io.katamonitor.endpoint;

import io.katamonitor.encode.ResponseFormat;
import io.katamonitor.log.Log;
import io.katamonitor.memory.MemoryAccount;
import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.merge.MergedFamilies;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.scrape.FailureReason;
import io.katamonitor.scrape.FamilyPrefixes;
import io.katamonitor.scrape.Scrape;
import io.katamonitor.scrape.ScrapeService;
import io.katamonitor.scrape.Waiter;
import io.katamonitor.server.Endpoint;
import io.katamonitor.server.Exchange;
import io.katamonitor.server.RequestLimit;
import io.katamonitor.server.Response;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code /metrics}: the metrics of all sandboxes, or of the one that {@code ?sandbox=} names: its
 * unchanged body, or its samples with the added labels. Translates requests to calls of the scrape
 * service and results to responses. Confined to the event loop.
 */
public final class MetricsEndpoint implements Endpoint {
  private static final Log LOG = Log.of(MetricsEndpoint.class);

  /** Heap that is charged for the encoder of one response; a test shows that it suffices. */
  private static final long ENCODER_BYTES = 32 * 1024;

  private final ScrapeService service;
  private final SandboxParameter parameter;
  private final Endpoint raw;
  private final Duration timeoutOffset;
  private final RequestLimit limit;
  private final OpenResponses open = new OpenResponses(System::nanoTime);
  private final OpenResponses openRaw = new OpenResponses(System::nanoTime);

  /**
   * @param timeoutOffset subtracted from the client's timeout
   * @param maxRequests limit of concurrent requests; 0 for no limit
   */
  public MetricsEndpoint(
      ScrapeService service, SandboxParameter parameter, Duration timeoutOffset, int maxRequests) {
    this.service = service;
    this.parameter = parameter;
    this.timeoutOffset = timeoutOffset;
    this.limit = new RequestLimit(maxRequests);
    raw = new RawMetricsEndpoint(service, parameter, openRaw, timeoutOffset);
    service.onMemoryPressure(open::cutSlowest);
    service.onRawMemoryPressure(openRaw::cutSlowest);
  }

  @Override
  public void serve(Exchange exchange) {
    long timeout = ScraperTimeout.of(exchange.request(), timeoutOffset).toNanos();
    if (!limit.tryEnter(exchange, timeout)) {
      exchange.respond(
          Response.sentence(
              HttpResponseStatus.SERVICE_UNAVAILABLE,
              "Too many requests to /metrics are in flight (max-requests)."));
      return;
    }
    if (!SandboxParameter.isIn(exchange.request())) {
      new Client(exchange, false).start(null);
    } else if ("true".equals(exchange.request().parameter("labels"))) {
      var sandbox = parameter.resolveOrRespond(exchange);
      if (sandbox != null) {
        new Client(exchange, true).start(sandbox);
      } else {
        service.countUnknownSandbox();
      }
    } else {
      raw.serve(exchange);
    }
  }

  /** One request for labelled metrics. */
  private final class Client {
    private final Exchange exchange;
    private final boolean isForOne;
    private final FamilyPrefixes wanted;

    Client(Exchange exchange, boolean isForOne) {
      this.exchange = exchange;
      this.isForOne = isForOne;
      wanted =
          FamilyPrefixes.parse(
              exchange.request().parameters().getOrDefault("filter_family", List.of()));
    }

    void start(@Nullable Sandbox sandbox) {
      long timeout = ScraperTimeout.of(exchange.request(), timeoutOffset).toNanos();
      Waiter waiter =
          sandbox == null
              ? service.scrapeNode(timeout, wanted, this::scraped)
              : service.scrapeSandbox(sandbox, timeout, wanted, this::scraped);
      exchange.onClientGone(waiter::cancel);
    }

    /**
     * Any exception becomes an error response: one that is thrown in a timer task would be lost.
     */
    private void scraped(Scrape scrape) {
      exchange.onClientGone(null);
      try {
        respond(scrape);
      } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
        LOG.error("response to a scrape failed", "error", e);
        exchange.respond(
            Response.sentence(
                HttpResponseStatus.INTERNAL_SERVER_ERROR, "The scrape failed; see the log."));
      }
    }

    private void respond(Scrape scrape) {
      // The own series of a failing sandbox show the failure; a vanished one has no series.
      if (isForOne && scrape.hasVanishedSandbox()) {
        scrape.release();
        exchange.respond(ScrapeFailures.failed(FailureReason.VANISHED));
        return;
      }
      var headers = exchange.request().headers();
      var format = ResponseFormat.of(all(headers, "Accept"), all(headers, "Accept-Encoding"));
      try {
        send(merge(scrape), format, scrape);
      } catch (MemoryExhaustedException e) {
        LOG.warn("a scrape could not be merged", "error", e.getMessage());
        exchange.respond(
            Response.sentence(
                HttpResponseStatus.SERVICE_UNAVAILABLE,
                "The memory for responses is in use; try again."));
      }
    }

    private MergedFamilies merge(Scrape scrape) throws MemoryExhaustedException {
      boolean isMerged = false;
      try {
        var merged = scrape.merge(wanted, true);
        isMerged = true;
        return merged;
      } finally {
        if (!isMerged) {
          scrape.release();
        }
      }
    }

    private void send(MergedFamilies families, ResponseFormat format, Scrape scrape)
        throws MemoryExhaustedException {
      try {
        encoders().charge(ENCODER_BYTES);
      } catch (MemoryExhaustedException e) {
        families.release();
        scrape.release();
        throw e;
      }
      var sender =
          new ResponseSender(
              exchange,
              families,
              System::nanoTime,
              done -> {
                open.remove(done);
                encoders().release(ENCODER_BYTES);
                scrape.release();
              });
      open.add(sender);
      sender.start(format, headers(format), service.encoderBuffers());
    }

    private MemoryAccount encoders() {
      return service.budget().encoders();
    }

    private HttpHeaders headers(ResponseFormat format) {
      var headers = new DefaultHttpHeaders();
      headers.set(HttpHeaderNames.CONTENT_TYPE, format.contentType());
      headers.set(HttpHeaderNames.VARY, "Accept, Accept-Encoding");
      if (format.gzip()) {
        headers.set(HttpHeaderNames.CONTENT_ENCODING, "gzip");
      }
      return headers;
    }

    private static @Nullable String all(HttpHeaders headers, String name) {
      var values = headers.getAll(name);
      return values.isEmpty() ? null : String.join(",", values);
    }
  }
}
