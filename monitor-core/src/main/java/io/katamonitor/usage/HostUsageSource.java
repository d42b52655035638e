package io.katamonitor.usage;

import java.util.function.Consumer;

/** Where a scrape gets what the sandboxes use on the host. Called on the event loop. */
@FunctionalInterface
public interface HostUsageSource {
  /** Of a host whose cgroups are not read. */
  HostUsageSource NONE = onLoop -> onLoop.accept(HostUsageReading.NONE);

  /** Calls {@code onLoop} once, on the event loop; perhaps before it returns. */
  void read(Consumer<HostUsageReading> onLoop);
}
