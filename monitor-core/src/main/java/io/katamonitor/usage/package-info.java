/**
 * What a pod uses: CPU and memory from the host's cgroup files, and values picked from the guest's
 * accepted body. Neither needs a request to a shim beyond the scrape's own.
 *
 * <p>Host: {@link io.katamonitor.usage.HostUsageService} on the event loop shares one reading by
 * {@link io.katamonitor.usage.HostUsageReader} on a thread of its own. Guest: {@link
 * io.katamonitor.usage.GuestUsageCollector} receives the samples that {@link
 * io.katamonitor.usage.GuestSeries} names.
 */
@NullMarked
package io.katamonitor.usage;

import org.jspecify.annotations.NullMarked;
