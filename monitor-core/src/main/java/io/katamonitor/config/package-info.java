/**
 * The command line: parsed once, on the main thread and before anything else runs, into one
 * immutable {@link io.katamonitor.config.Configuration}. An error is reported in one sentence.
 */
@NullMarked
package io.katamonitor.config;

import org.jspecify.annotations.NullMarked;
