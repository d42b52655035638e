{{- define "kata-monitor.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "kata-monitor.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "kata-monitor.name" . -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "kata-monitor.selectorLabels" -}}
app.kubernetes.io/name: {{ include "kata-monitor.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "kata-monitor.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "kata-monitor.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/component: metrics
app.kubernetes.io/part-of: kata-containers
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "kata-monitor.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "kata-monitor.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* reference:tag, or reference@digest; called with an image and the root. */}}
{{- define "kata-monitor.image" -}}
{{- $image := index . 0 -}}
{{- $root := index . 1 -}}
{{- $tag := default $root.Chart.AppVersion $image.tag -}}
{{- if hasPrefix "sha256:" $tag -}}
{{- printf "%s@%s" $image.reference $tag -}}
{{- else -}}
{{- printf "%s:%s" $image.reference $tag -}}
{{- end -}}
{{- end -}}

{{/* The CRI socket on the node, a plain path. */}}
{{- define "kata-monitor.runtimeSocket" -}}
{{- if .Values.monitor.runtimeEndpoint -}}
{{- .Values.monitor.runtimeEndpoint | trimPrefix "unix://" | trimPrefix "unix:" -}}
{{- else -}}
{{- get (dict
      "k8s" "/run/containerd/containerd.sock"
      "k3s" "/run/k3s/containerd/containerd.sock"
      "rke2" "/run/k3s/containerd/containerd.sock"
      "k0s" "/run/k0s/containerd.sock"
      "microk8s" "/var/snap/microk8s/common/run/containerd.sock"
      "crio" "/run/crio/crio.sock"
      "openshift" "/run/crio/crio.sock") .Values.k8sDistribution -}}
{{- end -}}
{{- end -}}

{{/* The socket's folder is mounted, not the socket: a restarted runtime makes a new one. */}}
{{- define "kata-monitor.runtimeFolder" -}}
{{- include "kata-monitor.runtimeSocket" . | dir -}}
{{- end -}}

{{- define "kata-monitor.listenAddress" -}}
{{- if .Values.kubeRBACProxy.enabled -}}
127.0.0.1:{{ .Values.monitor.port }}
{{- else -}}
{{- .Values.monitor.listenAddress -}}
{{- end -}}
{{- end -}}

{{- define "kata-monitor.scheme" -}}
{{- if or .Values.kubeRBACProxy.enabled .Values.tls.secretName (and .Values.webConfig.secretName .Values.webConfig.tls) -}}
https
{{- else -}}
http
{{- end -}}
{{- end -}}

{{- define "kata-monitor.tlsSecretName" -}}
{{- if .Values.kubeRBACProxy.enabled -}}
{{- .Values.kubeRBACProxy.tlsSecretName -}}
{{- else -}}
{{- .Values.tls.secretName -}}
{{- end -}}
{{- end -}}

{{/* A probe of a path; called with the path, its settings and the root. */}}
{{- define "kata-monitor.probe" -}}
{{- $path := index . 0 -}}
{{- $settings := index . 1 -}}
{{- $root := index . 2 -}}
{{- if $root.Values.webConfig.secretName -}}
tcpSocket:
  port: metrics
{{- else -}}
httpGet:
  path: {{ $path }}
  port: metrics
  scheme: {{ include "kata-monitor.scheme" $root | upper }}
{{- end }}
{{ toYaml $settings }}
{{- end -}}

{{/* What PodMonitor and ServiceMonitor have in common below spec. */}}
{{- define "kata-monitor.scrapeLimits" -}}
{{- with .sampleLimit }}
sampleLimit: {{ int . }}
{{- end }}
{{- with .bodySizeLimit }}
bodySizeLimit: {{ . }}
{{- end }}
{{- with .labelLimit }}
labelLimit: {{ int . }}
{{- end }}
{{- with .labelNameLengthLimit }}
labelNameLengthLimit: {{ int . }}
{{- end }}
{{- with .labelValueLengthLimit }}
labelValueLengthLimit: {{ int . }}
{{- end }}
{{- end -}}

{{/* The one endpoint of PodMonitor and ServiceMonitor; called with their settings and the root. */}}
{{- define "kata-monitor.scrapeEndpoint" -}}
{{- $settings := index . 0 -}}
{{- $root := index . 1 -}}
- port: metrics
  path: /metrics
  scheme: {{ include "kata-monitor.scheme" $root }}
  {{- with $settings.interval }}
  interval: {{ . }}
  {{- end }}
  {{- with $settings.scrapeTimeout }}
  scrapeTimeout: {{ . }}
  {{- end }}
  honorLabels: false
  followRedirects: false
  {{- with $settings.tlsConfig }}
  tlsConfig:
    {{- toYaml . | nindent 4 }}
  {{- else }}
  {{- if and $root.Values.kubeRBACProxy.enabled (not $root.Values.kubeRBACProxy.tlsSecretName) }}
  tlsConfig:
    insecureSkipVerify: true
  {{- end }}
  {{- end }}
  {{- with $settings.basicAuth }}
  basicAuth:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $settings.authorization }}
  authorization:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  relabelings:
    - sourceLabels: [__meta_kubernetes_pod_node_name]
      targetLabel: node
    {{- with $settings.relabelings }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with $settings.metricRelabelings }}
  metricRelabelings:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}
