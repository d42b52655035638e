package io.katamonitor.usage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.memory.CountingSlabs;
import io.katamonitor.memory.MemoryAccount;
import io.katamonitor.memory.PageStore;
import io.katamonitor.merge.KataNames;
import io.katamonitor.template.BodyDecoder;
import io.katamonitor.template.DecodedBody;
import io.katamonitor.template.DecoderBuffers;
import io.katamonitor.template.DropReason;
import io.katamonitor.template.TemplateCache;
import io.katamonitor.template.TemplateHints;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class GuestUsageReaderTest {
  /** As the Go shim sends it: with headers, exponents, and other families between. */
  private static final String GO =
      """
      # HELP kata_guest_cpu_time Guest CPU stat.
      # TYPE kata_guest_cpu_time gauge
      kata_guest_cpu_time{cpu="0",item="user"} 1.12322e+06
      kata_guest_cpu_time{cpu="1",item="user"} 1.08046e+06
      kata_guest_cpu_time{cpu="total",item="guest"} 700
      kata_guest_cpu_time{cpu="total",item="irq"} 20
      kata_guest_cpu_time{cpu="total",item="nice"} 1.21653e+06
      kata_guest_cpu_time{cpu="total",item="softirq"} 22170
      kata_guest_cpu_time{cpu="total",item="steal"} 32500
      kata_guest_cpu_time{cpu="total",item="system"} 418830
      kata_guest_cpu_time{cpu="total",item="user"} 2.20368e+06
      # HELP kata_guest_load Guest system load.
      # TYPE kata_guest_load gauge
      kata_guest_load{item="load1"} 0.83
      kata_guest_load{item="load5"} 9
      # HELP kata_guest_meminfo Statistics about memory usage in the system.
      # TYPE kata_guest_meminfo gauge
      kata_guest_meminfo{item="inactive_file"} 8.51050496e+08
      kata_guest_meminfo{item="mem_available"} 2.4785453056e+10
      kata_guest_meminfo{item="mem_free"} 2.337777664e+10
      kata_guest_meminfo{item="mem_total"} 2.5276063744e+10
      kata_guest_meminfo{item="slab"} 7
      # HELP kata_guest_netdev_stat Guest net devices stats.
      # TYPE kata_guest_netdev_stat gauge
      kata_guest_netdev_stat{interface="eth0",item="recv_bytes"} 1000
      kata_guest_netdev_stat{interface="eth0",item="sent_bytes"} 200
      kata_guest_netdev_stat{interface="eth1",item="recv_bytes"} 30
      kata_guest_netdev_stat{interface="eth1",item="sent_bytes"} 4
      kata_guest_netdev_stat{interface="lo",item="recv_bytes"} 5e9
      # HELP kata_guest_vm_stat Guest virtual memory stat.
      # TYPE kata_guest_vm_stat gauge
      kata_guest_vm_stat{item="nr_dirty"} 11
      kata_guest_vm_stat{item="oom_kill"} 3
      # TYPE kata_shim_threads gauge
      kata_shim_threads 12
      """;

  private final MemoryAccount account = new MemoryAccount("bodies", 1 << 22);
  private final PageStore store = new PageStore(new CountingSlabs(), 1 << 24);
  private final DecoderBuffers buffers = new DecoderBuffers();
  private final GuestUsageReader reader = new GuestUsageReader();
  private TemplateCache cache = cache(1 << 20, name -> true);

  private TemplateCache cache(long templateBytes, Predicate<String> filter) {
    return new TemplateCache(
        new KataNames(false, filter), new MemoryAccount("templates", templateBytes), account);
  }

  private DecodedBody decode(String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    var decoder = new BodyDecoder(cache, store, buffers, new TemplateHints(), 5000);
    try {
      int at = decoder.begin(bytes.length);
      System.arraycopy(bytes, 0, decoder.text(), at, bytes.length);
      decoder.advance(at + bytes.length);
      return decoder.finish();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private GuestUsage read(String text) {
    var body = decode(text);
    try {
      return reader.read(body, OptionalDouble.empty());
    } finally {
      body.release();
    }
  }

  private static void assertUsage(GuestUsage usage) {
    assertThat(usage.cpuUsageSeconds()).hasValue(3861.23);
    assertThat(usage.memoryTotalBytes()).hasValue(25_276_063_744L);
    assertThat(usage.memoryAvailableBytes()).hasValue(24_785_453_056L);
    assertThat(usage.memoryWorkingSetBytes())
        .hasValue(25_276_063_744L - 23_377_776_640L - 851_050_496L);
    assertThat(usage.networkReceiveBytes()).hasValue(1030);
    assertThat(usage.networkTransmitBytes()).hasValue(204);
    assertThat(usage.oomKills()).hasValue(3);
    assertThat(usage.load1()).hasValue(0.83);
  }

  @Test
  void readsBodiesOfBothRuntimesWhenTheyAreLearnedAndAfter() {
    assertUsage(read(GO));
    assertUsage(read(GO));
    var runtimeRs =
        GO.replace("1.12322e+06", "1123220")
            .replace("1.21653e+06", "1216530")
            .replace("2.20368e+06", "2203680")
            .replace("8.51050496e+08", "851050496")
            .replace("2.4785453056e+10", "24785453056")
            .replace("2.337777664e+10", "23377776640")
            .replace("2.5276063744e+10", "25276063744")
            .replaceAll("# HELP.*\n", "");
    assertUsage(read(runtimeRs));
    assertUsage(read(runtimeRs));
  }

  @Test
  void readsSamplesThatHaveNoTemplate() {
    cache = cache(0, name -> true);

    assertUsage(read(GO));
  }

  @Test
  void readsFamiliesThatTheDenyListDrops() {
    cache = cache(1 << 20, name -> name.startsWith("kata_shim"));
    for (int i = 0; i < 2; i++) {
      var body = decode(GO);
      assertUsage(reader.read(body, OptionalDouble.empty()));
      assertThat(body.counts().droppedFamilies()).containsEntry(DropReason.DENYLIST, 5);
      body.release();
    }
  }

  @Test
  void readsTheOrderLabelsAndTimestampsOfAnyShim() {
    var odd =
        GO.replace("cpu=\"total\",item=\"user\"", "item=\"user\" , x=\"a\\\"b\" , cpu=\"total\"")
            .replace("} 3\n", "} 3 1700000000000\n");

    assertUsage(read(odd));
  }

  @Test
  void partOfAHistogramIsNoSource() {
    var histogram =
        """
        # TYPE kata_guest_load histogram
        kata_guest_load_bucket{item="load1",le="+Inf"} 4
        kata_guest_load_sum{item="load1"} 5
        kata_guest_load_count{item="load1"} 4
        """;

    assertThat(read(histogram).isEmpty()).isTrue();
  }

  @Test
  void findsSourcesInLongSegments() {
    var text = new StringBuilder("# TYPE kata_guest_vm_stat gauge\n");
    for (int i = 0; i < 400; i++) {
      text.append("kata_guest_vm_stat{item=\"i").append(i).append("\"} ");
      text.append("0".repeat(100)).append(i).append('\n');
    }
    text.append("kata_guest_vm_stat{item=\"oom_kill\"} 77\n");

    assertThat(read(text.toString()).oomKills()).hasValue(77);
    assertThat(read(text.toString()).oomKills()).hasValue(77);
  }

  @Test
  void bodyWithFewerLinesThanItsTemplateIsReadToItsEnd() {
    read(GO);

    var usage = read(GO.replace("kata_guest_vm_stat{item=\"oom_kill\"} 3\n", ""));

    assertThat(usage.oomKills()).isEmpty();
    assertThat(usage.load1()).hasValue(0.83);
  }
}
