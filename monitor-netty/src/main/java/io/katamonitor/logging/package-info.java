/**
 * The back end of the log: log4j-core, set up in code. One thread writes lines to standard error;
 * if it is not read, lines are dropped and counted, and no caller ever waits.
 *
 * <p>{@code log4j2.component.properties} configures log4j to use the classes of this package, and
 * {@code Log4j2Plugins.dat} is the descriptor of its plugins: without one, log4j looks through all
 * classes; with its own, it loads some 200.
 */
@NullMarked
package io.katamonitor.logging;

import org.jspecify.annotations.NullMarked;
