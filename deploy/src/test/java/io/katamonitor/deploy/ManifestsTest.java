package io.katamonitor.deploy;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The parser of the other tests rejects what the API server would reject. */
final class ManifestsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{apiVersion: apps/v1, kind: DaemonSet, spec: {tempalte: {}}}",
        "{apiVersion: apps/v1, kind: DaemonSet, spec: {template: {spec: {containers: [{arg: []}]}}}}",
        "{apiVersion: monitoring.coreos.com/v1, kind: PodMonitor, spec: {bodyLimit: 1MB}}",
        "{apiVersion: v1, kind: Service, spec: {ports: [{port: many}]}}",
      })
  void unknownFieldsAndWrongTypesAreRejected(String yaml) {
    assertThatThrownBy(() -> Manifests.parse(yaml)).isInstanceOf(AssertionError.class);
  }

  @Test
  void unknownKindsAreRejected() {
    assertThatThrownBy(() -> Manifests.parse("{apiVersion: apps/v1, kind: Daemon}"))
        .hasMessageContaining("No type is known for apps/v1/Daemon");
  }
}
