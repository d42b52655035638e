/**
 * What each path answers: a request in, an answer or a stream out, on the connection's event loop.
 */
@NullMarked
package io.katamonitor.endpoint;

import org.jspecify.annotations.NullMarked;
