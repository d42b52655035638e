/**
 * The HTTP server: connections in, one {@link io.katamonitor.server.Exchange} a request to the
 * endpoint its path names. Everything here is confined to the connection's event loop.
 */
@NullMarked
package io.katamonitor.server;

import org.jspecify.annotations.NullMarked;
