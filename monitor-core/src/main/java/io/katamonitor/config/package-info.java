/**
 * The command line, read once into one immutable {@link io.katamonitor.config.Configuration}; the
 * main thread, before anything else runs. Whatever is wrong with it is told in one sentence.
 */
@NullMarked
package io.katamonitor.config;

import org.jspecify.annotations.NullMarked;
