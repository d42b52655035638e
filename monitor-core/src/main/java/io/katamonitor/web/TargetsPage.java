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
   * @param secure whether we are asked by HTTPS
   */
  public static Page show(String host, boolean secure, List<Sandbox> sandboxes) {
    var text = new StringBuilder("[");
    for (var sandbox : sandboxes) {
      String id = sandbox.id().value();
      var pod = sandbox.pod();
      text.append(text.length() > 1 ? ",\n " : "\n ").append("{\"targets\":[");
      Json.string(text, host).append("],\"labels\":{");
      Json.member(text, "__scheme__", secure ? "https" : "http").append(',');
      Json.member(text, "__metrics_path__", "/metrics").append(',');
      Json.member(text, "__param_sandbox", id).append(',');
      Json.member(text, "__param_labels", "true").append(',');
      Json.member(text, "instance", host + "/" + id).append(',');
      Json.member(text, "__meta_kata_sandbox_id", id).append(',');
      Json.member(text, "__meta_kata_cri_uid", pod.uid()).append(',');
      Json.member(text, "__meta_kata_cri_name", pod.name()).append(',');
      Json.member(text, "__meta_kata_cri_namespace", pod.namespace()).append(',');
      Json.member(text, "__meta_kata_runtime", sandbox.runtime().label()).append("}}");
    }
    return Page.json(text.append(text.length() > 1 ? "\n]\n" : "]\n").toString());
  }
}
