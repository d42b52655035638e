package io.katamonitor.selfmetrics;

import static io.katamonitor.exposition.FamilyType.COUNTER;
import static io.katamonitor.exposition.FamilyType.GAUGE;
import static io.katamonitor.exposition.FamilyType.SUMMARY;

import io.katamonitor.exposition.SamplePart;
import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.template.OwnBodyBuilder;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ClassLoadingMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.lang.management.ThreadMXBean;
import java.util.List;

/**
 * Metrics of the JVM, with the names of Prometheus's Java client after the prefix {@code
 * kata_monitor_}. Created at the first scrape: java.management costs 3 ms of CPU and 155 classes
 * from an AOT cache. Confined to one thread.
 */
final class JvmMetrics implements OwnSource {
  private static final String P = "kata_monitor_jvm_";

  private final List<BufferPoolMXBean> pools =
      ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class);
  private final List<GarbageCollectorMXBean> collectors =
      ManagementFactory.getGarbageCollectorMXBeans();
  private final ClassLoadingMXBean classes = ManagementFactory.getClassLoadingMXBean();
  private final MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

  private final OwnFamily poolCapacity =
      ofPools("buffer_pool_capacity_bytes", "Bytes capacity of a given JVM buffer pool.");
  private final OwnFamily poolBuffers =
      ofPools("buffer_pool_used_buffers", "Used buffers of a given JVM buffer pool.");
  private final OwnFamily poolUsed =
      ofPools("buffer_pool_used_bytes", "Used bytes of a given JVM buffer pool.");
  private final OwnFamily classesLoaded =
      OwnFamily.single(
          P + "classes_currently_loaded",
          GAUGE,
          "The number of classes that are currently loaded in the JVM");
  private final OwnFamily classesLoadedTotal =
      OwnFamily.single(
          P + "classes_loaded_total",
          COUNTER,
          "The total number of classes that have been loaded since the JVM has started execution");
  private final OwnFamily classesUnloadedTotal =
      OwnFamily.single(
          P + "classes_unloaded_total",
          COUNTER,
          "The total number of classes that have been unloaded since the JVM has started"
              + " execution");
  private final OwnFamily collections =
      OwnFamily.ofNode(
          P + "gc_collection_seconds",
          SUMMARY,
          "Time spent in a given JVM garbage collector in seconds.");
  private final OwnFamily memoryCommitted =
      ofAreas("memory_committed_bytes", "Committed (bytes) of a given JVM memory area.");
  private final OwnFamily memoryInit =
      ofAreas("memory_init_bytes", "Initial bytes of a given JVM memory area.");
  private final OwnFamily memoryMax =
      ofAreas("memory_max_bytes", "Max (bytes) of a given JVM memory area.");
  private final OwnFamily memoryUsed =
      ofAreas("memory_used_bytes", "Used bytes of a given JVM memory area.");
  private final OwnFamily runtimeInfo =
      OwnFamily.ofNode(P + "runtime_info", GAUGE, "JVM runtime info.")
          .add(
              "runtime",
              property("java.runtime.name"),
              "vendor",
              property("java.vm.vendor"),
              "version",
              property("java.runtime.version"));
  private final OwnFamily threadsCurrent =
      OwnFamily.single(P + "threads_current", GAUGE, "Current thread count of a JVM");
  private final OwnFamily threadsDaemon =
      OwnFamily.single(P + "threads_daemon", GAUGE, "Daemon thread count of a JVM");
  private final OwnFamily threadsPeak =
      OwnFamily.single(P + "threads_peak", GAUGE, "Peak thread count of a JVM");
  private final OwnFamily threadsStarted =
      OwnFamily.single(P + "threads_started_total", COUNTER, "Started thread count of a JVM");

  JvmMetrics() {
    for (var collector : collectors) {
      collections.addPart(SamplePart.COUNT, "", "gc", collector.getName());
      collections.addPart(SamplePart.SUM, "", "gc", collector.getName());
    }
  }

  private OwnFamily ofPools(String name, String help) {
    var family = OwnFamily.ofNode(P + name, GAUGE, help);
    for (var pool : pools) {
      family.add("pool", pool.getName());
    }
    return family;
  }

  private static OwnFamily ofAreas(String name, String help) {
    return OwnFamily.ofNode(P + name, GAUGE, help).add("area", "heap").add("area", "nonheap");
  }

  private static String property(String name) {
    return System.getProperty(name, "unknown");
  }

  @Override
  public void writeTo(OwnBodyBuilder body, OwnSeriesWriter values) throws MemoryExhaustedException {
    values.start();
    for (var pool : pools) {
      values.number(pool.getTotalCapacity());
    }
    values.finish(poolCapacity, body);
    for (var pool : pools) {
      values.number(pool.getCount());
    }
    values.finish(poolBuffers, body);
    for (var pool : pools) {
      values.number(pool.getMemoryUsed());
    }
    values.finish(poolUsed, body);
    values.write(classesLoaded, classes.getLoadedClassCount(), body);
    values.write(classesLoadedTotal, classes.getTotalLoadedClassCount(), body);
    values.write(classesUnloadedTotal, classes.getUnloadedClassCount(), body);
    for (var collector : collectors) {
      values.number(collector.getCollectionCount());
      values.seconds(collector.getCollectionTime() * 1_000_000);
    }
    values.finish(collections, body);
    writeMemory(body, values);
    values.write(runtimeInfo, 1, body);
    values.write(threadsCurrent, threads.getThreadCount(), body);
    values.write(threadsDaemon, threads.getDaemonThreadCount(), body);
    values.write(threadsPeak, threads.getPeakThreadCount(), body);
    values.write(threadsStarted, threads.getTotalStartedThreadCount(), body);
  }

  private void writeMemory(OwnBodyBuilder body, OwnSeriesWriter values)
      throws MemoryExhaustedException {
    MemoryUsage heap = memory.getHeapMemoryUsage();
    MemoryUsage other = memory.getNonHeapMemoryUsage();
    writeAreas(memoryCommitted, heap.getCommitted(), other.getCommitted(), body, values);
    writeAreas(memoryInit, heap.getInit(), other.getInit(), body, values);
    writeAreas(memoryMax, heap.getMax(), other.getMax(), body, values);
    writeAreas(memoryUsed, heap.getUsed(), other.getUsed(), body, values);
  }

  private static void writeAreas(
      OwnFamily family, long heap, long other, OwnBodyBuilder body, OwnSeriesWriter values)
      throws MemoryExhaustedException {
    values.number(heap);
    values.number(other);
    values.finish(family, body);
  }
}
