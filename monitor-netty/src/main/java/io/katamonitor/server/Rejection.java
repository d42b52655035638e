package io.katamonitor.server;

import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * A request, or its body, that is not accepted. The client gets this response, and nothing more is
 * read from it: where the next request would start is unknown or not to be trusted.
 *
 * @param sentence what is wrong and what is expected
 */
record Rejection(HttpResponseStatus status, String sentence) {}
