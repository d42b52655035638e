/**
 * The daemon: parses the command line, creates and connects the parts, and runs until it is
 * stopped.
 */
@NullMarked
package io.katamonitor;

import org.jspecify.annotations.NullMarked;
