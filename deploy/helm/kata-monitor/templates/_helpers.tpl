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

{{/* The image's full name; called with an image and the root. A tag may also be a digest, and the reference may contain one. */}}
{{- define "kata-monitor.image" -}}
{{- $image := index . 0 -}}
{{- $root := index . 1 -}}
{{- $tag := $image.tag | default "" -}}
{{- if or (contains "@" $image.reference) (and (not $tag) (regexMatch ":[^/]+$" $image.reference)) -}}
{{- $image.reference -}}
{{- else if hasPrefix "sha256:" $tag -}}
{{- printf "%s@%s" $image.reference $tag -}}
{{- else -}}
{{- printf "%s:%s" $image.reference (default $root.Chart.AppVersion $tag) -}}
{{- end -}}
{{- end -}}

{{/* "true" when monitor.image is what kata-deploy's values have by default: that image holds the Go daemon. */}}
{{- define "kata-monitor.upstreamImage" -}}
{{- $image := .Values.monitor.image -}}
{{- if and (eq $image.reference "quay.io/kata-containers/kata-monitor") (not $image.tag) -}}true{{- end -}}
{{- end -}}

{{- define "kata-monitor.monitorImage" -}}
{{- if include "kata-monitor.upstreamImage" . -}}
{{- include "kata-monitor.image" (list (dict "reference" "localhost/kata-monitor" "tag" "") .) -}}
{{- else -}}
{{- include "kata-monitor.image" (list .Values.monitor.image .) -}}
{{- end -}}
{{- end -}}

{{/* The log level, or nothing for the daemon's default. Outside monitor the values are kata-deploy's: a level that the
     daemon does not have is skipped there. */}}
{{- define "kata-monitor.logLevel" -}}
{{- $shared := .Values.logLevel | default "" | lower -}}
{{- if .Values.monitor.logLevel -}}
{{- .Values.monitor.logLevel -}}
{{- else if has $shared (list "trace" "debug" "info" "warn" "warning" "error" "fatal" "panic") -}}
{{- $shared -}}
{{- else if .Values.debug -}}
debug
{{- end -}}
{{- end -}}

{{/* The CRI socket on the node, a plain path. */}}
{{- define "kata-monitor.runtimeSocket" -}}
{{- $endpoint := .Values.monitor.runtimeEndpoint | default (dig "runtimeSocket" "" (.Values.containerd | default dict)) -}}
{{- if $endpoint -}}
{{- $endpoint | trimPrefix "unix://" | trimPrefix "unix:" -}}
{{- else -}}
{{- get (dict
      "k8s" "/run/containerd/containerd.sock"
      "k3s" "/run/k3s/containerd/containerd.sock"
      "rke2" "/run/k3s/containerd/containerd.sock"
      "k0s" "/run/k0s/containerd.sock"
      "microk8s" "/var/snap/microk8s/common/run/containerd.sock"
      "crio" "/run/crio/crio.sock"
      "openshift" "/run/crio/crio.sock") (.Values.k8sDistribution | default "k8s") -}}
{{- end -}}
{{- end -}}

{{/* The socket's directory is mounted, not the socket: a restarted runtime creates a new one. */}}
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

{{/* Annotations of the pod. The user's win; kata-monitor.port is the port that Prometheus scrapes. */}}
{{- define "kata-monitor.podAnnotations" -}}
{{- $annotations := dict
      "kubectl.kubernetes.io/default-container" "kata-monitor"
      "prometheus.io/scrape" "true"
      "prometheus.io/port" (include "kata-monitor.port" .)
      "prometheus.io/scheme" (include "kata-monitor.scheme" .) -}}
{{- toYaml (merge (dict) (.Values.monitor.podAnnotations | default dict) $annotations) -}}
{{- end -}}

{{- define "kata-monitor.port" -}}
{{- ternary .Values.kubeRBACProxy.port .Values.monitor.port .Values.kubeRBACProxy.enabled -}}
{{- end -}}

{{- define "kata-monitor.scheme" -}}
{{- if or .Values.kubeRBACProxy.enabled (include "kata-monitor.tlsSecretName" .) (and .Values.webConfig.secretName .Values.webConfig.tls) -}}
https
{{- else -}}
http
{{- end -}}
{{- end -}}

{{- define "kata-monitor.tlsSecretName" -}}
{{- if .Values.kubeRBACProxy.enabled -}}
{{- .Values.kubeRBACProxy.tlsSecretName -}}
{{- else -}}
{{- dig "secretName" "" (.Values.monitor.tls | default dict) -}}
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

{{/* What PodMonitor and ServiceMonitor have in common below spec. A limit of 0 or "" is none. */}}
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
  {{- with $settings.params }}
  params:
    {{- toYaml . | nindent 4 }}
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
