package io.katamonitor.usage;

import java.util.function.Consumer;

/** Source of the sandboxes' usage on the host. Called on the event loop. */
@FunctionalInterface
public interface HostUsageSource {
  /** For a host whose cgroups are not read. */
  HostUsageSource NONE = onLoop -> onLoop.accept(HostUsageReading.NONE);

  /** Calls {@code onLoop} once, on the event loop; perhaps before it returns. */
  void read(Consumer<HostUsageReading> onLoop);
}
