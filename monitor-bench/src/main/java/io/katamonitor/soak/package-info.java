/**
 * {@code bin/soak}: the daemon as a process, for minutes, over a simulated node whose sandboxes
 * come and go and fail, with clients of every kind. Every response is checked. Nothing here is
 * shipped.
 */
@NullMarked
package io.katamonitor.soak;

import org.jspecify.annotations.NullMarked;
