/**
 * The HTTP/1.1 server: accepts connections and passes each request as an {@link
 * io.katamonitor.server.Exchange} to the {@link io.katamonitor.server.Endpoint} of its path.
 *
 * <p>{@code ServerPipeline} has the handlers in wire order, {@code ConnectionState} the states of a
 * connection, {@link io.katamonitor.server.ServerLimits} all limits. A <i>place</i> is one of the
 * limited connections ({@code ConnectionTable}), TLS handshakes ({@code TlsHandshakes}) or requests
 * of an endpoint ({@link io.katamonitor.server.RequestLimit}).
 *
 * <p>Everything is confined to the one event loop, unless it says otherwise.
 */
@NullMarked
package io.katamonitor.server;

import org.jspecify.annotations.NullMarked;
