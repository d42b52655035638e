package io.katamonitor.web;

import io.katamonitor.sandbox.Sandbox;
import java.util.List;

/**
 * Each sandbox as a target of its own, for Prometheus's {@code http_sd_configs}. All have our own
 * address, so {@code instance} names the sandbox too: else their {@code up} would be one series.
 * What is known of the pod are meta labels: the samples carry it as labels of their own, and
 * Prometheus would rename those if the target had them as well.
 */
public final class TargetsPage {
  private TargetsPage() {}

  /**
   * The targets as JSON.
   *
   * @param host our address and port as the client knows them
   * @param secure whether the client came by HTTPS
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
