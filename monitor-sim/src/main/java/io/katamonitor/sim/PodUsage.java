package io.katamonitor.sim;

import java.util.HashMap;
import java.util.Map;

/**
 * Usage of a pod at a moment, consistent between guest and host. A guest has two CPUs and 2 GiB of
 * memory; a CPU is never busy for more than a second per second, memory adds up, counters never
 * fall, and memory that the guest has touched stays allocated on the host. The same seed, workload
 * and age give the same values.
 *
 * <p>Values have names, which are used in the resources {@code kata-*.txt}: CPU of the guest in
 * whole milliseconds of 10 (the kernel counts ticks), {@code *_ticks} in 1/100 s, memory in bytes,
 * a multiple of 4,096.
 */
final class PodUsage {
  static final int CPUS = 2;
  static final double MEMORY_TOTAL = 511_450 * 4096.0;

  /** Usage of a pod without a model: has no values. */
  static final PodUsage NONE = new PodUsage(0, Workload.IDLE, 0);

  private static final double MIB = 1 << 20;
  private static final double KERNEL_RESERVE = 22 * MIB;
  private static final double WATERMARK = 8 * MIB;
  private static final double TICKS = 100;
  private static final double IOWAIT = 0.01;

  /** Memory of a VM's 2 GiB that its kernel has touched but does not count. */
  private static final double UNCOUNTED = 24 * MIB;

  private final Map<String, Double> values = new HashMap<>();
  private final long seed;
  private final Workload workload;
  private final double age;
  private final Wave wave;

  private PodUsage(long seed, Workload workload, double age) {
    this.seed = seed;
    this.workload = workload;
    this.age = age;
    this.wave =
        new Wave(
            workload.swing(),
            2 * Math.PI / (120 + 240 * Moment.unit(seed + 3)),
            2 * Math.PI * Moment.unit(seed + 2));
  }

  /** A level that oscillates around 1. */
  private record Wave(double swing, double speed, double phase) {
    double at(double seconds) {
      return 1 + swing * Math.sin(speed * seconds + phase);
    }

    /** The integral since 0: never falls. */
    double until(double seconds) {
      return seconds - swing / speed * (Math.cos(speed * seconds + phase) - Math.cos(phase));
    }
  }

  /**
   * The usage of a pod.
   *
   * @param isVmInShim whether the shim's process is also the VMM, as with dragonball
   */
  static PodUsage at(long seed, Workload workload, double ageSeconds, boolean isVmInShim) {
    var usage = new PodUsage(seed, workload, Math.max(0, ageSeconds));
    double cpuSeconds = usage.cpu();
    double touched = usage.memory();
    usage.network();
    usage.processes(cpuSeconds, touched, isVmInShim);
    return usage;
  }

  /**
   * A value.
   *
   * @throws IllegalArgumentException if there is none with this name
   */
  double get(String name) {
    var value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("a pod's usage has no value " + name);
    }
    return value;
  }

  private void put(String name, double value) {
    values.put(name, value);
  }

  /** The factor of a pod, from 0.8 to 1.2; that of a leaking one depends on its limit. */
  private double size() {
    return workload == Workload.USUAL || workload == Workload.IDLE
        ? 0.8 + 0.4 * Moment.unit(seed)
        : 1;
  }

  /** Returns the seconds that the guest's CPUs were busy. */
  private double cpu() {
    double busyOfAll = 0;
    for (int cpu = 0; cpu < CPUS; cpu++) {
      double cores = workload.cores() * size() * (cpu == 0 ? 0.55 : 0.45);
      double busy = cores * wave.until(age);
      double steal = age * (workload.isThrottled() ? 0.15 : 0.002);
      double iowait = age * IOWAIT;
      busyOfAll += busy;
      mode(cpu, "user", 0.72 * busy);
      mode(cpu, "nice", 0.02 * busy);
      mode(cpu, "system", 0.22 * busy);
      mode(cpu, "softirq", 0.04 * busy);
      mode(cpu, "iowait", iowait);
      mode(cpu, "steal", steal);
      mode(cpu, "idle", age - busy - steal - iowait);
    }
    put("cpu_busy_seconds", busyOfAll);
    double running = workload.cores() * size() * wave.at(age);
    put("load1", load(running * 1.05));
    put("load5", load(workload.cores() * size() * (1 + 0.5 * (wave.at(age) - 1))));
    put("load15", load(workload.cores() * size()));
    put("tasks_cur", 1 + Math.rint(running));
    return busyOfAll;
  }

  private void mode(int cpu, String item, double seconds) {
    double milliseconds = Math.floor(seconds * TICKS) * 1000 / TICKS;
    put("cpu_" + cpu + "_" + item, milliseconds);
    values.merge("cpu_total_" + item, milliseconds, Double::sum);
  }

  /** The agent parses hundredths as a 32-bit number and sends them as a 64-bit one. */
  private static double load(double value) {
    return (float) (Math.rint(value * 100) / 100);
  }

  /** Returns the memory that the VM has ever touched, in bytes. */
  private double memory() {
    double warm = 1 - Math.exp(-age / 30);
    double base = workload.anonymousBytes() * size();
    double swing = workload == Workload.LEAKING ? 0.005 : 0.1;
    double anonymous =
        base * warm * (1 + swing * (wave.at(age) - 1) / wave.swing()) + workload.leakedBytes(age);
    double mostAnonymous = base * warm * (1 + swing) + workload.mostLeakedBytes(age);
    double file = 40 * MIB + 80 * MIB * size() * (1 - Math.exp(-age / 200));
    double touched = used(pages(mostAnonymous), pages(file)) + UNCOUNTED;
    double free = MEMORY_TOTAL - used(pages(anonymous), pages(file));
    put("mem_total", MEMORY_TOTAL);
    put("mem_free", free);
    fileMemory(pages(file), free);
    anonymousMemory(pages(anonymous));
    put("oom_kill", workload.oomKills(age));
    return touched;
  }

  /** Returns the memory that is not free, in bytes; also sets the part of the kernel. */
  private double used(double anonymous, double file) {
    double reclaimable = pages(14 * MIB + file / 20);
    double unreclaimable = pages(9 * MIB);
    double stacks = pages(1.6 * MIB);
    double tables = pages(2 * MIB + anonymous / 500);
    double perCpu = pages(0.9 * MIB);
    put("s_reclaimable", reclaimable);
    put("s_unreclaim", unreclaimable);
    put("slab", reclaimable + unreclaimable);
    put("kernel_stack", stacks);
    put("page_tables", tables);
    put("per_cpu", perCpu);
    put("shmem", pages(1.2 * MIB));
    return anonymous
        + file
        + get("shmem")
        + get("slab")
        + stacks
        + tables
        + perCpu
        + pages(18 * MIB);
  }

  private void fileMemory(double file, double free) {
    double inactive = pages(file * 0.6);
    double buffers = pages(4 * MIB);
    put("buffers", buffers);
    put("active_file", file - inactive);
    put("inactive_file", inactive);
    put("cached", file - buffers + get("shmem"));
    put("cached_and_buffers", file + get("shmem"));
    put("mapped", pages(file / 3));
    put("dirty", pages(0.3 * MIB * wave.at(age)));
    // As the kernel estimates it: si_mem_available in mm/show_mem.c.
    double reclaimable = get("s_reclaimable");
    put(
        "mem_available",
        free
            - KERNEL_RESERVE
            + (file - Math.min(file / 2, WATERMARK))
            + (reclaimable - Math.min(reclaimable / 2, WATERMARK)));
  }

  private void anonymousMemory(double anonymous) {
    double all = anonymous + get("shmem");
    double active = pages(all * 0.2);
    put("anon_pages", anonymous);
    put("active_anon", active);
    put("inactive_anon", all - active);
    put("active", active + get("active_file"));
    put("inactive", all - active + get("inactive_file"));
    put("committed_as", pages(anonymous * 1.4 + 50 * MIB));
  }

  private void network() {
    double busy = get("cpu_busy_seconds");
    double received = Math.floor(busy * 900_000 + age * 150);
    double sent = Math.floor(busy * 420_000 + age * 110);
    put("net_rx_bytes", received);
    put("net_rx_packets", Math.floor(received / 830));
    put("net_tx_bytes", sent);
    put("net_tx_packets", Math.floor(sent / 610));
    double written = Math.floor(busy * 220 + age * 3);
    put("disk_sectors_written", written * 8);
    put("disk_writes", written);
    put("disk_ms_writing", Math.floor(written * 0.8));
    put("root_used_bytes", pages(written * 40 + 120 * MIB));
    put("root_available_bytes", pages(10 * 1024 * MIB) - get("root_used_bytes"));
  }

  /**
   * Sets the values of the processes on the host and of the agent; the pod's cgroups have their
   * sum.
   */
  private void processes(double busy, double touched, boolean isVmInShim) {
    double guest = 1.02 * busy + 0.003 * age;
    double vmm = 0.01 * busy + 0.004 * age;
    double virtiofsd = isVmInShim ? 0 : 0.005 * busy + 0.002 * age;
    double shim = 0.3 + 0.004 * age;
    put("host_guest_nanos", Math.floor(guest * 1e9));
    put("host_vmm_nanos", Math.floor(vmm * 1e9));
    put("host_helpers_nanos", Math.floor((virtiofsd + shim) * 1e9));
    put("host_throttled_nanos", workload.isThrottled() ? Math.floor(age * 0.24 * 1e9) : 0);
    double vmmFile = pages(19 * MIB);
    process("vmm", 0.85 * guest + 0.4 * vmm, 0.15 * guest + 0.6 * vmm, 22 * MIB, vmmFile, touched);
    process("virtiofsd", 0.4 * virtiofsd, 0.6 * virtiofsd, 6.8 * MIB, 4.2 * MIB, 0);
    double shimCpu = isVmInShim ? shim + guest + vmm : shim;
    double shimAnonymous = isVmInShim ? 34 * MIB : 12 * MIB;
    process("shim", 0.6 * shimCpu, 0.4 * shimCpu, shimAnonymous, vmmFile, isVmInShim ? touched : 0);
    process("agent", 0.05 + 0.0007 * age, 0.08 + 0.0012 * age, 7.5 * MIB, 6.9 * MIB, 0);
    put("agent_seconds", (get("agent_user_ticks") + get("agent_system_ticks")) / TICKS);
    put("shim_seconds", (get("shim_user_ticks") + get("shim_system_ticks")) / TICKS);
    put("host_vm_bytes", touched);
    put("host_vmm_bytes", isVmInShim ? 0 : pages(22 * MIB));
    put("host_helpers_bytes", pages(shimAnonymous + (isVmInShim ? 0 : 6.8 * MIB)));
    double file = pages(18 * MIB + 30 * MIB * (1 - Math.exp(-age / 300)));
    put("host_file_bytes", file);
    put("host_inactive_file_bytes", pages(file * 0.7));
    put(
        "overhead_percent",
        Math.rint(100 * 100 * (0.009 + 0.035 * workload.cores() * size() * wave.at(age))) / 100);
    put("overhead_bytes", get("host_vmm_bytes") + get("host_helpers_bytes"));
  }

  private void process(
      String name, double user, double system, double anonymous, double file, double shared) {
    put(name + "_user_ticks", Math.floor(user * TICKS));
    put(name + "_system_ticks", Math.floor(system * TICKS));
    put(name + "_anon", pages(anonymous));
    put(name + "_file", pages(file));
    put(name + "_shmem", shared);
    put(name + "_rss", pages(anonymous) + pages(file) + shared);
  }

  private static double pages(double bytes) {
    return Math.floor(bytes / 4096) * 4096;
  }
}
