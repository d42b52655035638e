package io.katamonitor.web;

import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.scrape.SandboxState;
import io.katamonitor.selfmetrics.LastScrape;
import io.katamonitor.usage.GuestUsage;
import io.katamonitor.usage.HostUsage;
import io.katamonitor.usage.UsageHistory;
import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of {@code /sandboxes}; {@code docs/json.md} describes it. Times are RFC 3339, amounts
 * base units (seconds, bytes, cores); absent values are omitted.
 */
final class JsonParts implements DocumentParts {
  /** Incremented if a member changes its meaning or is removed, not for new members. */
  static final int SCHEMA_VERSION = 1;

  /** Cores are rounded to a tenth of a millicore. */
  private static final int CORE_DECIMALS = 4;

  /** The kernel counts CPU time in nanoseconds, guests in milliseconds. */
  private static final int SECOND_DECIMALS = 9;

  private final NodeSnapshot node;
  private final @Nullable UsageHistory history;
  private @Nullable JsonWriter json;
  private int next = -1;

  /**
   * @param history null for a document without
   */
  JsonParts(NodeSnapshot node, @Nullable UsageHistory history) {
    this.node = node;
    this.history = history;
  }

  @Override
  public boolean writeNext(StringBuilder out) {
    var to = json;
    if (to == null) {
      to = new JsonWriter(out);
      json = to;
    }
    if (next < 0) {
      head(to);
    } else if (next < node.sandboxes().size()) {
      sandbox(to.line(), node.sandboxes().get(next));
    } else {
      to.endArray().endObject();
      out.append('\n');
      return false;
    }
    next++;
    return true;
  }

  private void head(JsonWriter to) {
    to.beginObject().member("schemaVersion", SCHEMA_VERSION).member("time", node.time());
    to.name("node").beginObject();
    to.member("version", node.build().version()).member("commit", node.build().commit());
    to.member("started", node.started());
    to.name("sandboxes").beginObject().member("total", node.sandboxes().size());
    for (var state : SandboxState.values()) {
      to.member(state.label(), node.count(state));
    }
    to.endObject();
    to.member("cpuCores", node.cpuCores(), CORE_DECIMALS);
    to.member("memoryWorkingSetBytes", node.memoryBytes());
    to.name("runtime")
        .beginObject()
        .member("endpoint", node.runtimeEndpoint())
        .member("reachable", node.runtimeReachable())
        .endObject();
    to.member("lastScrape", node.lastScrape());
    to.name("storageRoots").beginArray();
    for (var root : node.roots()) {
      to.beginObject()
          .member("path", root.root().toString())
          .member("state", root.state().name().toLowerCase(Locale.ROOT))
          .member("reason", root.reason().isEmpty() ? null : root.reason())
          .endObject();
    }
    to.endArray();
    if (history != null) {
      to.name("historyTimes").beginArray();
      for (int i = 0; i < node.timeline().length(); i++) {
        to.time(node.time().minusNanos(node.nanos() - node.timeline().nanos(i)));
      }
      to.endArray();
    }
    to.endObject().name("sandboxes").beginArray();
  }

  private void sandbox(JsonWriter to, SandboxSnapshot shown) {
    var sandbox = shown.sandbox();
    var status = shown.status();
    to.beginObject().member("id", sandbox.id().value());
    to.member("runtime", sandbox.runtime().label()).member("hypervisor", sandbox.hypervisor());
    var pod = sandbox.pod();
    to.member("handler", pod.handler().isEmpty() ? null : pod.handler());
    if (pod.isKnown()) {
      to.name("pod")
          .beginObject()
          .member("namespace", pod.namespace())
          .member("name", pod.name())
          .member("uid", pod.uid())
          .endObject();
    }
    to.member("state", status.state().label());
    to.member("reason", status.reason() == null ? null : status.reason().label());
    to.member("error", status.detail());
    to.member("message", StatusText.of(status));
    to.member("since", status.since()).member("created", sandbox.creation());
    if (shown.last() != null) {
      lastScrape(to, shown.last());
    }
    if (shown.host() != null) {
      host(to, shown.host());
    }
    if (shown.guest() != null && !shown.guest().isEmpty()) {
      guest(to, shown.guest());
    }
    to.member("cpuCores", shown.cpuCores(), CORE_DECIMALS);
    to.member("memoryOverheadBytes", shown.memoryOverheadBytes());
    if (history != null) {
      history(to, history, sandbox.id());
    }
    to.endObject();
  }

  /** A scrape that failed has neither samples nor bytes. */
  private static void lastScrape(JsonWriter to, LastScrape last) {
    to.name("lastScrape").beginObject().member("time", last.time());
    to.member("durationSeconds", OptionalDouble.of(last.durationNanos() / 1e9), SECOND_DECIMALS);
    if (last.failure() == null) {
      to.member("samples", last.samples()).member("bytes", last.bytes());
    }
    to.endObject();
  }

  private static void host(JsonWriter to, HostUsage host) {
    to.name("host").beginObject().member("layout", host.layout().label());
    to.member("cpuUsageSeconds", host.cpuUsageSeconds(), SECOND_DECIMALS);
    to.member("memoryUsageBytes", host.memoryUsageBytes());
    to.member("memoryWorkingSetBytes", host.memoryWorkingSetBytes());
    to.member("memoryOomKills", host.memoryOomKills());
    to.member("memoryLimitBytes", host.memoryLimitBytes());
    to.member("cpuQuotaCores", host.cpuQuotaCores(), CORE_DECIMALS);
    to.member("cpuThrottledSeconds", host.cpuThrottledSeconds(), SECOND_DECIMALS);
    to.endObject();
  }

  private static void guest(JsonWriter to, GuestUsage guest) {
    to.name("guest").beginObject();
    to.member("cpuUsageSeconds", guest.cpuUsageSeconds(), SECOND_DECIMALS);
    to.member("memoryTotalBytes", guest.memoryTotalBytes());
    to.member("memoryAvailableBytes", guest.memoryAvailableBytes());
    to.member("memoryWorkingSetBytes", guest.memoryWorkingSetBytes());
    to.member("networkReceiveBytes", guest.networkReceiveBytes());
    to.member("networkTransmitBytes", guest.networkTransmitBytes());
    to.member("oomKills", guest.oomKills());
    to.member("load1", guest.load1(), CORE_DECIMALS);
    to.endObject();
  }

  /** Pairs of an index into {@code historyTimes} and a value. */
  private void history(JsonWriter to, UsageHistory values, SandboxId id) {
    to.name("history").beginObject().name("cpuCores").beginArray();
    values.cpuCores(
        id,
        node.timeline(),
        (time, cores) -> to.beginArray().number(time).number(cores, CORE_DECIMALS).endArray());
    to.endArray().name("memoryWorkingSetBytes").beginArray();
    values.workingSetBytes(
        id,
        node.timeline(),
        (time, bytes) -> to.beginArray().number(time).number((long) bytes).endArray());
    to.endArray().endObject();
  }
}
