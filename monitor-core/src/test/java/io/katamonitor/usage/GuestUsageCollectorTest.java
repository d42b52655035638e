package io.katamonitor.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuestUsageCollectorTest {
  private static final OptionalDouble NO_AGE = OptionalDouble.empty();

  /** Two CPUs, as the agent sends them to the Go shim. */
  private static final String GO =
      """
      kata_guest_cpu_time{cpu="0",item="user"} 1.12322e+06
      kata_guest_cpu_time{cpu="0",item="system"} 200710
      kata_guest_cpu_time{cpu="1",item="user"} 1.08046e+06
      kata_guest_cpu_time{cpu="total",item="guest"} 700
      kata_guest_cpu_time{cpu="total",item="idle"} 2.52639e+06
      kata_guest_cpu_time{cpu="total",item="irq"} 20
      kata_guest_cpu_time{cpu="total",item="nice"} 1.21653e+06
      kata_guest_cpu_time{cpu="total",item="softirq"} 22170
      kata_guest_cpu_time{cpu="total",item="steal"} 32500
      kata_guest_cpu_time{cpu="total",item="system"} 418830
      kata_guest_cpu_time{cpu="total",item="user"} 2.20368e+06
      kata_guest_meminfo{item="inactive_file"} 8.51050496e+08
      kata_guest_meminfo{item="mem_available"} 2.4785453056e+10
      kata_guest_meminfo{item="mem_free"} 2.337777664e+10
      kata_guest_meminfo{item="mem_total"} 2.5276063744e+10
      kata_guest_netdev_stat{interface="eth0",item="recv_bytes"} 1000
      kata_guest_netdev_stat{interface="eth0",item="sent_bytes"} 200
      kata_guest_netdev_stat{interface="eth1",item="recv_bytes"} 30
      kata_guest_netdev_stat{interface="eth1",item="sent_bytes"} 4
      kata_guest_netdev_stat{interface="lo",item="recv_bytes"} 5e9
      kata_guest_netdev_stat{interface="lo",item="sent_bytes"} 5e9
      kata_guest_vm_stat{item="oom_kill"} 3
      kata_guest_load{item="load1"} 0.83
      """;

  /** The same from runtime-rs, which writes numbers without an exponent. */
  private static final String RUNTIME_RS =
      GO.replace("1.12322e+06", "1123220")
          .replace("1.21653e+06", "1216530")
          .replace("2.20368e+06", "2203680")
          .replace("8.51050496e+08", "851050496")
          .replace("2.4785453056e+10", "24785453056")
          .replace("2.337777664e+10", "23377776640")
          .replace("2.5276063744e+10", "25276063744");

  private final GuestUsageCollector collector = new GuestUsageCollector();

  private void collect(String body) {
    collector.reset();
    for (var line : body.lines().toList()) {
      int brace = line.indexOf('{');
      var series =
          GuestSeries.of(
              line.substring(0, brace),
              label(line, GuestSeries.LABEL_ITEM),
              label(line, GuestSeries.LABEL_CPU),
              label(line, GuestSeries.LABEL_INTERFACE));
      if (series != null) {
        collector.add(series, Double.parseDouble(line.substring(line.indexOf(' ') + 1)));
      }
    }
  }

  private static String label(String line, String name) {
    int value = line.indexOf(name + "=\"");
    return value < 0
        ? ""
        : line.substring(value + name.length() + 2, line.indexOf('"', value + name.length() + 2));
  }

  private GuestUsage usage(String body) {
    collect(body);
    return collector.usage(NO_AGE);
  }

  @Test
  void bodiesOfBothRuntimesGiveTheSameUsage() {
    var usage = usage(GO);

    assertThat(usage.cpuUsageSeconds()).hasValue(3861.23);
    assertThat(usage.memoryTotalBytes()).hasValue(25_276_063_744L);
    assertThat(usage.memoryAvailableBytes()).hasValue(24_785_453_056L);
    assertThat(usage.memoryWorkingSetBytes())
        .hasValue(25_276_063_744L - 23_377_776_640L - 851_050_496L);
    assertThat(usage.networkReceiveBytes()).hasValue(1030);
    assertThat(usage.networkTransmitBytes()).hasValue(204);
    assertThat(usage.oomKills()).hasValue(3);
    assertThat(usage.load1()).hasValue(0.83);
    assertThat(usage.isEmpty()).isFalse();
    assertThat(usage(RUNTIME_RS)).isEqualTo(usage);
  }

  @Test
  void withoutSourcesAllValuesAreAbsent() {
    assertThat(usage("").isEmpty()).isTrue();
  }

  @Test
  void resetDropsThePreviousBody() {
    collect(GO);
    collector.reset();

    assertThat(collector.usage(NO_AGE).isEmpty()).isTrue();
  }

  @Test
  void missingSourceLosesTheValuesDerivedFromIt() {
    for (var item : new String[] {"user", "nice", "system", "irq", "softirq"}) {
      var without = GO.replace("cpu=\"total\",item=\"" + item + "\"", "cpu=\"total\",item=\"x\"");
      assertThat(usage(without).cpuUsageSeconds()).as(item).isEmpty();
    }
    assertThat(usage(GO.replace("mem_total", "x")).memoryAvailableBytes()).isEmpty();
    assertThat(usage(GO.replace("mem_total", "x")).memoryWorkingSetBytes()).isEmpty();
    assertThat(usage(GO.replace("mem_free", "x")).memoryWorkingSetBytes()).isEmpty();
    assertThat(usage(GO.replace("mem_free", "x")).memoryAvailableBytes()).isPresent();
    assertThat(usage(GO.replace("inactive_file", "x")).memoryWorkingSetBytes()).isEmpty();
    assertThat(usage(GO.replace("eth", "lo\",x=\"")).networkReceiveBytes()).isEmpty();
    assertThat(usage(GO.replace("oom_kill", "x")).oomKills()).isEmpty();
    assertThat(usage(GO.replace("load1", "x")).load1()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "NaN", "Infinity", "-Infinity", "1e400"})
  void negativeAndNotFiniteValuesAreAbsent(String value) {
    assertThat(usage(GO.replace("418830", value)).cpuUsageSeconds()).isEmpty();
    assertThat(usage(GO.replace("2.5276063744e+10", value)).memoryTotalBytes()).isEmpty();
    assertThat(usage(GO.replace("2.4785453056e+10", value)).memoryAvailableBytes()).isEmpty();
    assertThat(usage(GO.replace("} 30\n", "} " + value + "\n")).networkReceiveBytes()).isEmpty();
    assertThat(usage(GO.replace("} 4\n", "} " + value + "\n")).networkTransmitBytes()).isEmpty();
    assertThat(usage(GO.replace("} 3\n", "} " + value + "\n")).oomKills()).isEmpty();
    assertThat(usage(GO.replace("0.83", value)).load1()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"9.3e18", "1e300"})
  void bytesAndCountsOf2To63AndMoreAreAbsent(String value) {
    assertThat(usage(GO.replace("2.5276063744e+10", value)).memoryTotalBytes()).isEmpty();
    assertThat(usage(GO.replace("} 30\n", "} " + value + "\n")).networkReceiveBytes()).isEmpty();
    assertThat(usage(GO.replace("} 3\n", "} " + value + "\n")).oomKills()).isEmpty();
  }

  @Test
  void timesWhoseSumIsNotFiniteAreAbsent() {
    var body = GO.replace("418830", "1.7e308").replace("2.20368e+06", "1.7e308");

    assertThat(usage(body).cpuUsageSeconds()).isEmpty();
  }

  @Test
  void implausibleFreeOrAvailableMemoryLosesAllMemoryValues() {
    for (var value : new String[] {"2.337777664e+10", "2.4785453056e+10"}) {
      var usage = usage(GO.replace(value, "2.5276063745e+10"));

      assertThat(usage.memoryTotalBytes()).isEmpty();
      assertThat(usage.memoryAvailableBytes()).isEmpty();
      assertThat(usage.memoryWorkingSetBytes()).isEmpty();
      assertThat(usage.cpuUsageSeconds()).isPresent();
    }
  }

  @Test
  void availableMemoryOfZeroIsAbsent() {
    var usage = usage(GO.replace("2.4785453056e+10", "0"));

    assertThat(usage.memoryAvailableBytes()).isEmpty();
    assertThat(usage.memoryTotalBytes()).isPresent();
    assertThat(usage.memoryWorkingSetBytes()).isPresent();
  }

  @Test
  void totalOfZeroLosesAllMemoryValues() {
    assertThat(usage(GO.replace("2.5276063744e+10", "0")).memoryTotalBytes()).isEmpty();
  }

  @Test
  void workingSetBelowZeroIsAbsent() {
    assertThat(usage(GO.replace("8.51050496e+08", "2.5e+10")).memoryWorkingSetBytes()).isEmpty();
  }

  @Test
  void cpuTimeBeyondTheAgeOfAllCpusIsAbsent() {
    collect(GO);
    Function<Double, OptionalDouble> cpuAtAge =
        age -> collector.usage(OptionalDouble.of(age)).cpuUsageSeconds();

    // 3861.23 s on two CPUs: possible from an age of 3861.23 / 2 / 1.1 - 60 s on
    assertThat(cpuAtAge.apply(1695.0)).isEmpty();
    assertThat(cpuAtAge.apply(1695.2)).hasValue(3861.23);
    assertThat(cpuAtAge.apply(Double.NaN)).isEmpty();
    assertThat(collector.usage(NO_AGE).cpuUsageSeconds()).hasValue(3861.23);
  }

  @Test
  void bodyWithoutSingleCpusCountsAsOneCpu() {
    collect(GO.replace("cpu=\"0\"", "cpu=\"\"").replace("cpu=\"1\"", "cpu=\"\""));

    assertThat(collector.usage(OptionalDouble.of(1695.2)).cpuUsageSeconds()).isEmpty();
    assertThat(collector.usage(OptionalDouble.of(3460)).cpuUsageSeconds()).isPresent();
  }

  @Test
  void namesOfTheRecordsPartsMatchTheirSources() {
    collector.reset();
    collector.add(GuestSeries.NETWORK_RECEIVE, 1);
    collector.add(GuestSeries.NETWORK_TRANSMIT, 2);

    var usage = collector.usage(NO_AGE);

    assertThat(usage.networkReceiveBytes()).isEqualTo(OptionalLong.of(1));
    assertThat(usage.networkTransmitBytes()).isEqualTo(OptionalLong.of(2));
    assertThat(usage.isEmpty()).isFalse();
  }
}
