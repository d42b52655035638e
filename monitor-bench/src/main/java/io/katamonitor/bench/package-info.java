/**
 * Benchmarks: the daemon as a process compared with the C floor program on one simulated node, and
 * JMH for the steps of its hot path. Nothing here is shipped.
 */
@NullMarked
package io.katamonitor.bench;

import org.jspecify.annotations.NullMarked;
