package io.katamonitor.endpoint;

import io.katamonitor.aggregate.ByteConsumer;
import io.katamonitor.aggregate.Exposition;
import io.katamonitor.aggregate.ExpositionReader;
import io.katamonitor.aggregate.Negotiation;
import io.katamonitor.log.Log;
import io.katamonitor.response.ExpositionSender;
import io.katamonitor.response.ProtobufReader;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.scrape.Scrape;
import io.katamonitor.scrape.ScrapeService;
import io.katamonitor.scrape.Waiter;
import io.katamonitor.server.Answer;
import io.katamonitor.server.Endpoint;
import io.katamonitor.server.Exchange;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * {@code /metrics}: the metrics of all sandboxes, or of the one that {@code ?sandbox=} names: its
 * body as it is, or with our labels. Translates requests to calls of the scrape service and results
 * to responses. Confined to the event loop.
 */
public final class MetricsEndpoint implements Endpoint {
  private static final Log LOG = Log.of(MetricsEndpoint.class);

  private final ScrapeService service;
  private final SandboxParameter parameter;
  private final Endpoint raw;
  private final Duration timeoutOffset;
  private final int maxRequests;
  private final ExpositionReader.Workspace workspace = new ExpositionReader.Workspace();
  private final OpenResponses open = new OpenResponses();
  private int inFlight;

  /**
   * @param timeoutOffset subtracted from the client's timeout
   * @param maxRequests in flight; 0 for no limit
   */
  public MetricsEndpoint(
      ScrapeService service, SandboxParameter parameter, Duration timeoutOffset, int maxRequests) {
    this.service = service;
    this.parameter = parameter;
    this.timeoutOffset = timeoutOffset;
    this.maxRequests = maxRequests;
    raw = new RawMetricsEndpoint(service, parameter, open, timeoutOffset);
    service.onMemoryPressure(open::cutOldest);
  }

  @Override
  public void serve(Exchange exchange) {
    if (maxRequests > 0 && inFlight >= maxRequests) {
      exchange.answer(
          Answer.sentence(
              HttpResponseStatus.SERVICE_UNAVAILABLE,
              "Too many requests to /metrics are in flight (max-requests)."));
      return;
    }
    inFlight++;
    exchange.onEnd(failed -> inFlight--);
    if (!SandboxParameter.isIn(exchange.request())) {
      new Client(exchange, false).start(null);
    } else if ("true".equals(exchange.request().parameter("labels"))) {
      var sandbox = parameter.sandboxOf(exchange);
      if (sandbox != null) {
        new Client(exchange, true).start(sandbox);
      }
    } else {
      raw.serve(exchange);
    }
  }

  /** One request for labelled metrics. */
  private final class Client {
    private final Exchange exchange;
    private final boolean isForOne;

    Client(Exchange exchange, boolean isForOne) {
      this.exchange = exchange;
      this.isForOne = isForOne;
    }

    void start(@Nullable Sandbox sandbox) {
      long timeout = ScraperTimeout.of(exchange.request(), timeoutOffset).toNanos();
      Waiter waiter =
          sandbox == null
              ? service.scrapeNode(timeout, this::scraped)
              : service.scrapeSandbox(sandbox, timeout, this::scraped);
      exchange.onClientGone(waiter::cancel);
    }

    /** Whatever fails here, the client is told: nobody sees a timer's exception. */
    private void scraped(Scrape scrape) {
      exchange.onClientGone(null);
      try {
        respond(scrape);
      } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
        LOG.error("a scrape could not be answered", "error", e);
        exchange.answer(
            Answer.sentence(
                HttpResponseStatus.INTERNAL_SERVER_ERROR, "The scrape failed; the log tells why."));
      }
    }

    private void respond(Scrape scrape) {
      // A scraper of one sandbox must see that it failed: nothing else stands in its response.
      var failure = isForOne ? scrape.firstWithoutSamples() : null;
      if (failure != null) {
        scrape.release();
        exchange.answer(ScrapeFailures.response(failure));
        return;
      }
      var headers = exchange.request().headers();
      var form = Negotiation.of(all(headers, "Accept"), all(headers, "Accept-Encoding"));
      send(merge(scrape), form, scrape);
    }

    private Exposition merge(Scrape scrape) {
      var prefixes = prefixes();
      Predicate<String> kept = prefixes.isEmpty() ? name -> true : name -> begins(name, prefixes);
      try {
        return scrape.merge(kept, !isForOne && prefixes.isEmpty());
      } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
        scrape.release();
        throw e;
      }
    }

    private void send(Exposition exposition, Negotiation form, Scrape scrape) {
      var cut = new Runnable[1];
      var sender =
          new ExpositionSender(
              exchange,
              exposition,
              (read, out) -> reader(form, read, out),
              () -> {
                open.remove(cut[0]);
                scrape.release();
              });
      cut[0] = sender::abort;
      open.add(cut[0]);
      sender.start(headers(form));
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
