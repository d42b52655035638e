/**
 * The daemon's own series: what happens is counted as it happens, and written as Prometheus text at
 * each scrape. Confined to the event loop, which is why nothing in here is atomic.
 */
@NullMarked
package io.katamonitor.selfmetrics;

import org.jspecify.annotations.NullMarked;
