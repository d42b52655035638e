/** The daemon: reads the command line, puts the parts together, runs until it is stopped. */
@NullMarked
package io.katamonitor;

import org.jspecify.annotations.NullMarked;
