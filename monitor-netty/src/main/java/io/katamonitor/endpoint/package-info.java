/**
 * The endpoints: each translates a request into a call of the core, and the result into a response,
 * whole or streamed. They decide nothing about scrapes. Confined to the event loop.
 */
@NullMarked
package io.katamonitor.endpoint;

import org.jspecify.annotations.NullMarked;
