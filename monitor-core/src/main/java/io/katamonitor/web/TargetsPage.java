package io.katamonitor.web;

import io.katamonitor.sandbox.Sandbox;
import java.util.List;

/**
 * Each sandbox as a target of its own, for Prometheus's {@code http_sd_configs}. All targets have
 * the monitor's own address, so {@code instance} contains the sandbox as well: otherwise their
 * {@code up} would be one series. The pod is described by meta labels only: the samples already
 * have it as labels, which Prometheus would rename if the target had them too.
 */
public final class TargetsPage {
  private TargetsPage() {}

  /**
   * The targets as JSON.
   *
   * @param host the monitor's address and port as the client used them
   * @param secure whether the client used HTTPS
   */
  public static Page show(String host, boolean secure, List<Sandbox> sandboxes) {
    var text = new StringBuilder();
    var json = new JsonWriter(text).beginArray();
    for (var sandbox : sandboxes) {
      var id = sandbox.id().value();
      var pod = sandbox.pod();
      json.line().beginObject().name("targets").beginArray().string(host).endArray();
      json.name("labels")
          .beginObject()
          .member("__scheme__", secure ? "https" : "http")
          .member("__metrics_path__", "/metrics")
          .member("__param_sandbox", id)
          .member("__param_labels", "true")
          .member("instance", host + "/" + id)
          .member("__meta_kata_sandbox_id", id)
          .member("__meta_kata_cri_uid", pod.uid())
          .member("__meta_kata_cri_name", pod.name())
          .member("__meta_kata_cri_namespace", pod.namespace())
          .member("__meta_kata_runtime", sandbox.runtime().label())
          .endObject()
          .endObject();
    }
    if (!sandboxes.isEmpty()) {
      text.append('\n');
    }
    json.endArray();
    return Page.json(text.append('\n').toString());
  }
}
