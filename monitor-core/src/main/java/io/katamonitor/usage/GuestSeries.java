package io.katamonitor.usage;

import org.jspecify.annotations.Nullable;

/**
 * The series of a shim's body that {@link GuestUsage} is made of. Both runtimes pass on what the
 * agent sends (Kata: src/agent/src/metrics.rs), so that names and labels are the same with them.
 *
 * <p>For the learned templates of a family's series: {@link #isSourceFamily} once per family,
 * {@link #of} once per series when it is learned, {@link GuestUsageCollector#add} once per sample.
 */
public enum GuestSeries {
  /** {@code kata_guest_cpu_time{cpu="total",item="user"}}; the time of the guest's own VMs too. */
  CPU_USER,
  CPU_NICE,
  CPU_SYSTEM,
  CPU_IRQ,
  CPU_SOFTIRQ,
  /** {@code kata_guest_cpu_time{cpu="0",item="user"}}: one for each CPU. */
  CPU_OF_ONE,
  /** {@code kata_guest_meminfo{item="mem_total"}}. */
  MEMORY_TOTAL,
  MEMORY_FREE,
  MEMORY_AVAILABLE,
  MEMORY_INACTIVE_FILE,
  /** {@code kata_guest_netdev_stat{interface="eth0",item="recv_bytes"}}: one for each interface. */
  NETWORK_RECEIVE,
  /** With {@code item="sent_bytes"}. */
  NETWORK_TRANSMIT,
  /** {@code kata_guest_vm_stat{item="oom_kill"}}; guest kernels before 4.13 have none. */
  OOM_KILLS,
  /** {@code kata_guest_load{item="load1"}}. */
  LOAD1;

  public static final String LABEL_ITEM = "item";
  public static final String LABEL_CPU = "cpu";
  public static final String LABEL_INTERFACE = "interface";

  private static final String CPU_FAMILY = "kata_guest_cpu_time";
  private static final String MEMORY_FAMILY = "kata_guest_meminfo";
  private static final String NETWORK_FAMILY = "kata_guest_netdev_stat";
  private static final String VM_FAMILY = "kata_guest_vm_stat";
  private static final String LOAD_FAMILY = "kata_guest_load";

  /** The sum over all CPUs: {@code cpu="total"} exists beside the values of each CPU. */
  private static final String CPU_TOTAL = "total";

  private static final String LOOPBACK = "lo";

  /** Whether samples of this family may be a source. */
  public static boolean isSourceFamily(String family) {
    return family.equals(CPU_FAMILY)
        || family.equals(MEMORY_FAMILY)
        || family.equals(NETWORK_FAMILY)
        || family.equals(VM_FAMILY)
        || family.equals(LOAD_FAMILY);
  }

  /**
   * Which source a series is; null for none.
   *
   * @param family as the shim spells it
   * @param item value of the label {@link #LABEL_ITEM}, empty without one; the others likewise
   * @param cpu value of the label {@link #LABEL_CPU}
   * @param networkInterface value of the label {@link #LABEL_INTERFACE}
   */
  public static @Nullable GuestSeries of(
      String family, String item, String cpu, String networkInterface) {
    return switch (family) {
      case CPU_FAMILY -> ofCpu(item, cpu);
      case MEMORY_FAMILY -> ofMemory(item);
      case NETWORK_FAMILY -> ofNetwork(item, networkInterface);
      case VM_FAMILY -> item.equals("oom_kill") ? OOM_KILLS : null;
      case LOAD_FAMILY -> item.equals("load1") ? LOAD1 : null;
      default -> null;
    };
  }

  private static @Nullable GuestSeries ofCpu(String item, String cpu) {
    if (!cpu.equals(CPU_TOTAL)) {
      return item.equals("user") && !cpu.isEmpty() ? CPU_OF_ONE : null;
    }
    return switch (item) {
      case "user" -> CPU_USER;
      case "nice" -> CPU_NICE;
      case "system" -> CPU_SYSTEM;
      case "irq" -> CPU_IRQ;
      case "softirq" -> CPU_SOFTIRQ;
      default -> null; // user includes guest; idle, iowait and steal are not CPU usage
    };
  }

  private static @Nullable GuestSeries ofMemory(String item) {
    return switch (item) {
      case "mem_total" -> MEMORY_TOTAL;
      case "mem_free" -> MEMORY_FREE;
      case "mem_available" -> MEMORY_AVAILABLE;
      case "inactive_file" -> MEMORY_INACTIVE_FILE;
      default -> null;
    };
  }

  private static @Nullable GuestSeries ofNetwork(String item, String networkInterface) {
    if (networkInterface.equals(LOOPBACK)) {
      return null;
    }
    return switch (item) {
      case "recv_bytes" -> NETWORK_RECEIVE;
      case "sent_bytes" -> NETWORK_TRANSMIT;
      default -> null;
    };
  }
}
