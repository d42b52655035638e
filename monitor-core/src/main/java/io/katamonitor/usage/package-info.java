/**
 * Resource usage of pods: CPU and memory from the host's cgroup files, and values taken from the
 * guest's accepted body. Neither causes a request to a shim beyond that of the scrape.
 *
 * <p>Host: {@link io.katamonitor.usage.HostUsageService} on the event loop shares one reading by
 * {@link io.katamonitor.usage.HostUsageReader} on a thread of its own. Guest: {@link
 * io.katamonitor.usage.GuestUsageCollector} receives the samples that {@link
 * io.katamonitor.usage.GuestSeries} names.
 */
@NullMarked
package io.katamonitor.usage;

import org.jspecify.annotations.NullMarked;
