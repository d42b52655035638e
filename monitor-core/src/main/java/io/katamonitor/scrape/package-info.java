/**
 * Asking the shims: who is asked, for how long, and what came of it. Confined to the event loop.
 */
@NullMarked
package io.katamonitor.scrape;

import org.jspecify.annotations.NullMarked;
