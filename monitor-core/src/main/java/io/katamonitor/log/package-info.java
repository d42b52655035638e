/** One line an event: a message and key=value fields, for any thread. */
@NullMarked
package io.katamonitor.log;

import org.jspecify.annotations.NullMarked;
