/**
 * Scrapes: which shims are asked, for how long, how often, and what came of it. {@code
 * ScrapeService} is the door; {@code RequestState} has the states of a shim's request. Confined to
 * the event loop.
 */
@NullMarked
package io.katamonitor.scrape;

import org.jspecify.annotations.NullMarked;
