package io.katamonitor.usage;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The usage that a guest reports, from one accepted body, in base units. Immutable. A value whose
 * source is absent or not plausible is empty. The guest is untrusted: a plausible value may be
 * wrong.
 *
 * @param cpuUsageSeconds counter; user, nice, system, irq and softirq of all its CPUs
 * @param memoryWorkingSetBytes total less free less inactive file pages
 * @param networkReceiveBytes counter; all interfaces but {@code lo}
 * @param networkTransmitBytes likewise
 * @param oomKills counter
 */
public record GuestUsage(
    OptionalDouble cpuUsageSeconds,
    OptionalLong memoryTotalBytes,
    OptionalLong memoryAvailableBytes,
    OptionalLong memoryWorkingSetBytes,
    OptionalLong networkReceiveBytes,
    OptionalLong networkTransmitBytes,
    OptionalLong oomKills,
    OptionalDouble load1) {
  /** Whether it has no value at all, for example because the guest's policy denies metrics. */
  public boolean isEmpty() {
    return cpuUsageSeconds.isEmpty()
        && memoryTotalBytes.isEmpty()
        && memoryAvailableBytes.isEmpty()
        && memoryWorkingSetBytes.isEmpty()
        && networkReceiveBytes.isEmpty()
        && networkTransmitBytes.isEmpty()
        && oomKills.isEmpty()
        && load1.isEmpty();
  }
}
