/**
 * The back end of the log: log4j-core, set up in code. Lines go to standard error by one thread;
 * what nobody reads is dropped and counted, and no caller ever waits.
 *
 * <p>{@code log4j2.component.properties} names the classes of this package to log4j, and {@code
 * Log4j2Plugins.dat} is the descriptor of its plugins: without one, log4j looks through all
 * classes; with its own, it loads some 200.
 */
@NullMarked
package io.katamonitor.logging;

import org.jspecify.annotations.NullMarked;
