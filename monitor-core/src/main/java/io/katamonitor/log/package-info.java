/**
 * The log as the core uses it: an event is a message and fields. log4j-api is behind it; the writer
 * of the lines is set up in {@code io.katamonitor.logging}.
 */
@NullMarked
package io.katamonitor.log;

import org.jspecify.annotations.NullMarked;
