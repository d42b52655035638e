/**
 * The command line, read once into one immutable {@link io.katamonitor.config.Configuration}; the
 * main thread, before anything else runs. An error is reported in one sentence.
 */
@NullMarked
package io.katamonitor.config;

import org.jspecify.annotations.NullMarked;
