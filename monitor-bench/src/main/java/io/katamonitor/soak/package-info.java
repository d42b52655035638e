/**
 * {@code bin/soak}: the daemon as a process, for minutes, on a simulated node whose sandboxes
 * start, stop and fail, with clients of every kind. Every response is checked. Nothing here is
 * shipped.
 */
@NullMarked
package io.katamonitor.soak;

import org.jspecify.annotations.NullMarked;
