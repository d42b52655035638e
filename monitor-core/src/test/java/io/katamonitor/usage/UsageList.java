package io.katamonitor.usage;

import java.util.ArrayList;
import java.util.List;

/** Collects the usages of a reading that is not abandoned. */
final class UsageList implements HostUsageReader.Sink {
  final List<HostUsage> usages = new ArrayList<>();

  @Override
  public boolean begin() {
    return true;
  }

  @Override
  public boolean beginShared() {
    return true;
  }

  @Override
  public void add(HostUsage usage) {
    usages.add(usage);
  }
}
