package io.katamonitor.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.katamonitor.json.MalformedJsonException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateFileTest {
  private static StateFile go(String json) throws MalformedJsonException {
    return parse(ShimRuntime.GO, json);
  }

  private static StateFile runtimeRs(String json) throws MalformedJsonException {
    return parse(ShimRuntime.RUNTIME_RS, json);
  }

  private static StateFile parse(ShimRuntime runtime, String json) throws MalformedJsonException {
    var bytes = json.getBytes(UTF_8);
    return StateFile.parse(runtime, bytes, bytes.length);
  }

  @Test
  void fieldsOfPersistJson() throws Exception {
    var json =
        """
        {"CgroupPaths":null,"Devices":null,"State":"running","SandboxContainer":"a1",
         "SandboxCgroupPath":"/kubepods/pod1/kata_a1","OverheadCgroupPath":"/kata_overhead/a1",
         "HypervisorState":{"BlockIndexMap":{},"Type":"clh","Pid":12,"VirtiofsDaemonPid":13},
         "Config":{"HypervisorType":"qemu","HypervisorConfig":{"HypervisorType":"no"},
         "SandboxCgroupOnly":true},"PersistVersion":2}
        """;
    assertThat(go(json))
        .isEqualTo(
            new StateFile(
                ShimRuntime.GO,
                "qemu",
                false,
                "/kubepods/pod1/kata_a1",
                "/kata_overhead/a1",
                true));
  }

  @Test
  void hypervisorOfPersistJsonIsThatOfTheStateIfTheConfigurationHasNone() throws Exception {
    assertThat(go("{\"HypervisorState\":{\"Type\":\"clh\"}}").hypervisor()).isEqualTo("clh");
    assertThat(go("{\"Config\":{},\"HypervisorState\":{}}").hypervisor()).isNull();
  }

  @Test
  void emptyOverheadPathIsAbsent() throws Exception {
    var file = go("{\"SandboxCgroupPath\":\"/x\",\"OverheadCgroupPath\":\"\"}");
    assertThat(file.overheadCgroupPath()).isNull();
    assertThat(file.sandboxCgroupOnly()).isFalse();
  }

  @Test
  void longTextsAreNotKept() throws Exception {
    var longest = "x".repeat(StateFile.MAX_TEXT);
    for (var rest : List.of("", "y", "y".repeat(900_000))) {
      var text = longest + rest;
      var path = rest.isEmpty() ? longest : null;
      assertThat(
              go(
                  "{\"SandboxCgroupPath\":\"%1$s\",\"OverheadCgroupPath\":\"%1$s\",\"HypervisorState\":{\"Type\":\"%1$s\"}}"
                      .formatted(text)))
          .isEqualTo(new StateFile(ShimRuntime.GO, longest, false, path, path, false));
      assertThat(
              runtimeRs(
                  "{\"hypervisor\":{\"hypervisor_type\":\"%1$s\"},\"resource\":{\"cgroup_state\":{\"path\":\"%1$s\",\"overhead_path\":\"%1$s\"}}}"
                      .formatted(text)))
          .isEqualTo(new StateFile(ShimRuntime.RUNTIME_RS, longest, false, path, path, false));
    }
  }

  @Test
  void aNameIsCutBetweenCharacters() throws Exception {
    var almost = "x".repeat(StateFile.MAX_TEXT - 1);
    var json = "{\"Config\":{\"HypervisorType\":\"%s\"}}".formatted(almost + "😀");
    assertThat(go(json).hypervisor()).isEqualTo(almost);
  }

  @Test
  void fieldsOfStateJson() throws Exception {
    var json =
        """
        {"sandbox_type":"virt_container",
         "resource":{"endpoint":[],"cgroup_state":{"path":"kubepods.slice:cri-containerd:a1",
         "overhead_path":"kata-overhead.slice:runtime-rs:a1","sandbox_cgroup_only":false}},
         "hypervisor":{"hypervisor_type":"dragonball","id":"a1","config":{"path":"x"},
         "passfd_listener_port":null,"guest_protection_to_use":"NoProtection"}}
        """;
    assertThat(runtimeRs(json))
        .isEqualTo(
            new StateFile(
                ShimRuntime.RUNTIME_RS,
                "dragonball",
                true,
                "kubepods.slice:cri-containerd:a1",
                "kata-overhead.slice:runtime-rs:a1",
                false));
  }

  @Test
  void missingResourceAndHypervisorAreAbsent() throws Exception {
    assertThat(runtimeRs("{\"resource\":null,\"hypervisor\":null}"))
        .isEqualTo(new StateFile(ShimRuntime.RUNTIME_RS, null, false, null, null, false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"passfd_listener_port\":null",
        "\"passfd_listener_port\":1027",
        "\"guest_protection_to_use\":\"NoProtection\"",
        "\"guest_protection_to_use\":{\"Snp\":{\"cbitpos\":51}}"
      })
  void eitherKeyWithAnyValueProvesTheRelease(String key) throws Exception {
    assertThat(runtimeRs("{\"hypervisor\":{" + key + "}}").scrapeProof()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"hypervisor\":{\"hypervisor_type\":\"cloud-hypervisor\"}}",
        "{\"passfd_listener_port\":1}",
        "{\"hypervisor\":{\"config\":{\"passfd_listener_port\":1}}}",
        "{\"hypervisor\":{\"Passfd_listener_port\":1}}",
        "{\"hypervisor\":[{\"passfd_listener_port\":1}]}"
      })
  void noKeyInItsPlaceProvesNothing(String json) throws Exception {
    assertThat(runtimeRs(json).scrapeProof()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"hypervisor\":\"qemu\"}",
        "{\"hypervisor\":{\"hypervisor_type\":null}}",
        "{\"hypervisor\":{\"hypervisor_type\":\"\"}}",
        "{\"hypervisor\":{\"hypervisor_type\":7}}",
        "{\"hypervisor\":{\"hypervisor_type\":{\"hypervisor_type\":\"qemu\"}}}",
        "{\"hypervisor_type\":\"qemu\"}",
        "{\"hypervisor.hypervisor_type\":\"qemu\"}",
        "{\"other\":{\"hypervisor\":{\"hypervisor_type\":\"qemu\"}}}",
      })
  void hypervisorElsewhereIsAbsent(String json) throws Exception {
    assertThat(runtimeRs(json).hypervisor()).isNull();
  }

  @Test
  void twoHypervisorsAreMalformed() {
    assertThatExceptionOfType(MalformedJsonException.class)
        .isThrownBy(() ->
            runtimeRs(
                "{\"hypervisor\":{\"hypervisor_type\":\"clh\",\"hypervisor_type\":\"qemu\"}}"));
  }
}
