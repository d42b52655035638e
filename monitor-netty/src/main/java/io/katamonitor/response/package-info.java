/**
 * The answer to a scrape on its way to the client: an exposition read block by block, as fast as
 * the client takes it. Confined to the event loop.
 */
@NullMarked
package io.katamonitor.response;

import org.jspecify.annotations.NullMarked;
