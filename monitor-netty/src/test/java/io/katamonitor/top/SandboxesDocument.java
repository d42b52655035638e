package io.katamonitor.top;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;

/** Writes documents as {@code /sandboxes} serves them, with texts escaped as in JSON. */
final class SandboxesDocument {
  static final String TIME = "2026-11-28T12:00:00Z";

  private final List<String> sandboxes = new ArrayList<>();
  private String runtime = "{\"endpoint\":\"/run/cri.sock\",\"reachable\":true}";
  private String roots = "{\"path\":\"/run/vc/sbs\",\"state\":\"readable\"}";

  SandboxesDocument withLostRuntime() {
    runtime = runtime.replace("true", "false");
    return this;
  }

  SandboxesDocument withUnreadableRoot() {
    roots =
        roots
            + ",{\"path\":\"/run/kata\",\"state\":\"unreadable\",\"reason\":\"Permission denied\"}";
    return this;
  }

  /** A running sandbox with all members; its pod is in the namespace default. */
  SandboxesDocument running(String id, String pod, double cores, long memory) {
    return add(
        """
        {"id":"%s","runtime":"go","hypervisor":"qemu","handler":"kata",
         "pod":{"namespace":"default","name":"%s","uid":"u"},
         "state":"running","since":"2026-11-28T10:00:00Z","created":"2026-11-28T09:00:00Z",
         "lastScrape":{"time":"2026-11-28T11:59:57Z","durationSeconds":0.0123,"samples":1024,"bytes":84000},
         "host":{"layout":"pod","cpuUsageSeconds":1.5,"memoryWorkingSetBytes":%d,"memoryLimitBytes":1073741824},
         "guest":{"load1":0.5},"cpuCores":%s,"memoryOverheadBytes":1048576}
        """
            .formatted(id, pod, memory, cores));
  }

  SandboxesDocument failing(String id, String pod, String error) {
    return add(
        """
        {"id":"%s","runtime":"runtime-rs","hypervisor":"dragonball",
         "pod":{"namespace":"default","name":"%s","uid":"u"},
         "state":"failing","reason":"timeout","error":"%s","message":"It timed out: %s",
         "since":"2026-11-28T11:55:00Z",
         "lastScrape":{"time":"2026-11-28T11:40:00Z","durationSeconds":3},
         "host":{"layout":"split","memoryWorkingSetBytes":104857600,"memoryLimitBytes":209715200}}
        """
            .formatted(id, pod, error, error));
  }

  /** A running sandbox whose VM is on another machine. */
  SandboxesDocument remote(String id, long guestMemory) {
    return add(
        """
        {"id":"%s","state":"running","host":{"layout":"remote"},
         "guest":{"memoryWorkingSetBytes":%d}}
        """
            .formatted(id, guestMemory));
  }

  /** A sandbox with only an id. */
  SandboxesDocument unknown(String id) {
    return add("{\"id\":\"" + id + "\",\"state\":\"starting\"}");
  }

  SandboxesDocument add(String sandbox) {
    sandboxes.add(sandbox);
    return this;
  }

  @Override
  public String toString() {
    return "{\"schemaVersion\":1,\"time\":\""
        + TIME
        + "\",\"node\":{\"version\":\"1.2.3\",\"runtime\":"
        + runtime
        + ",\"lastScrape\":\"2026-11-28T11:59:50Z\",\"storageRoots\":["
        + roots
        + "]},\"sandboxes\":["
        + String.join(",", sandboxes)
        + "]}\n";
  }

  byte[] bytes() {
    return toString().getBytes(UTF_8);
  }

  NodeReport report() throws MonitorException {
    return ReportReader.read(bytes());
  }
}
