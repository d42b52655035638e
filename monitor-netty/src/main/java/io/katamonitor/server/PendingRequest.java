package io.katamonitor.server;

import io.katamonitor.server.Router.Route;

/**
 * An accepted head; its body, if it has one, follows.
 *
 * @param isHttp10 no chunks may be sent, and the connection is kept only when both sides say so
 * @param hasBody a body that is not empty follows
 * @param bodyIsRead the body is the endpoint's; any other is discarded before the request is served
 * @param expectsContinue the client waits for a 100 before it sends the body
 * @param keepAlive the client wants to send further requests
 */
record PendingRequest(
    Request request,
    Route route,
    boolean isHttp10,
    boolean hasBody,
    boolean bodyIsRead,
    boolean expectsContinue,
    boolean keepAlive) {}
