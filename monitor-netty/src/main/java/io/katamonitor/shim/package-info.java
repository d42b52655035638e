/**
 * HTTP client for shims, over their unix sockets: sends a request and passes the response on as it
 * arrives. {@link io.katamonitor.shim.ShimConnection} is one request; {@link
 * io.katamonitor.shim.EpollShimClient} opens them for scrapes, {@code endpoint.ShimProxy} for
 * proxied requests. Confined to the event loop.
 */
@NullMarked
package io.katamonitor.shim;

import org.jspecify.annotations.NullMarked;
