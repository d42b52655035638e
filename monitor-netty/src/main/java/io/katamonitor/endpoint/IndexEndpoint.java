package io.katamonitor.endpoint;

import io.katamonitor.web.IndexPage;
import io.katamonitor.server.Endpoint;
import io.katamonitor.server.Exchange;

/** {@code /}: what there is to ask for. */
public final class IndexEndpoint implements Endpoint {
  private final IndexPage page;

  public IndexEndpoint(IndexPage page) {
    this.page = page;
  }

  @Override
  public void serve(Exchange exchange) {
    PageResponse.negotiated(exchange, page.show(PageResponse.accepted(exchange)));
  }
}
