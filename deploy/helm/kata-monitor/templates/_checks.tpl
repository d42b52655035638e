{{/* A key below monitor that the chart does not have fails the render, naming the key that was probably meant. Keys
     outside monitor that are not ours belong to kata-deploy and are ignored. */}}
{{- define "kata-monitor.checkKeys" -}}
{{- $monitor := .Values.monitor -}}
{{- include "kata-monitor.checkKeysOf" (list "monitor" $monitor (list "affinity" "enabled" "extraArgs" "hostCgroups" "image" "listenAddress" "logLevel" "podAnnotations" "podLabels" "port" "resources" "runtimeEndpoint" "sandboxesPaths" "securityContext" "tls" "updateStrategy")) -}}
{{- include "kata-monitor.checkKeysOf" (list "monitor.image" $monitor.image (list "reference" "tag")) -}}
{{- include "kata-monitor.checkKeysOf" (list "monitor.tls" $monitor.tls (list "certKey" "cipherSuites" "minVersion" "privateKeyKey" "secretName")) -}}
{{- if dig "secretName" "" (.Values.tls | default dict) -}}
{{- fail "tls.secretName is no value of this chart any more: set monitor.tls.secretName, and for a secret of type kubernetes.io/tls monitor.tls.certKey=tls.crt and monitor.tls.privateKeyKey=tls.key." -}}
{{- end -}}
{{- end -}}

{{/* Called with a path, the values there, and the keys that exist. */}}
{{- define "kata-monitor.checkKeysOf" -}}
{{- $path := index . 0 -}}
{{- $known := index . 2 -}}
{{- range $key, $value := index . 1 -}}
{{- if not (has $key $known) -}}
{{- with include "kata-monitor.nearest" (list $key $known) -}}
{{- fail (printf "%s.%s is no value of this chart. Did you mean %s.%s?" $path $key $path .) -}}
{{- end -}}
{{- fail (printf "%s.%s is no value of this chart; %s has %s." $path $key $path (join ", " $known)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The most similar of several words, or nothing: two points for each pair of letters and one for each letter that both
     have, in per cent of what an equal word gets. Called with a word and the candidates. */}}
{{- define "kata-monitor.nearest" -}}
{{- $word := index . 0 | lower -}}
{{- $best := "" -}}
{{- $most := 39 -}}
{{- range $candidate := index . 1 -}}
{{- $other := lower $candidate -}}
{{- $points := 0 -}}
{{- range $i := until (len $word) -}}
{{- $next := int (add $i 2) -}}
{{- if contains (substr $i (int (add $i 1)) $word) $other -}}{{- $points = add $points 1 -}}{{- end -}}
{{- if and (le $next (len $word)) (contains (substr $i $next $word) $other) -}}{{- $points = add $points 2 -}}{{- end -}}
{{- end -}}
{{- $score := div (mul 100 $points) (sub (mul 3 (max (len $word) (len $other))) 2) -}}
{{- if gt (int $score) (int $most) -}}{{- $most = $score -}}{{- $best = $candidate -}}{{- end -}}
{{- end -}}
{{- $best -}}
{{- end -}}

{{/* Each value that cannot work fails the render with a sentence. The schema has checked types and shapes before. */}}
{{- define "kata-monitor.checks" -}}
{{- $values := .Values -}}
{{- $monitor := .Values.monitor -}}

{{- if ne (int (regexFind "[0-9]+$" $monitor.listenAddress)) (int $monitor.port) -}}
{{- fail (printf "monitor.listenAddress %s has another port than monitor.port %d: probes, service and Prometheus would connect to a port without a listener." $monitor.listenAddress (int $monitor.port)) -}}
{{- end -}}
{{- if and (regexMatch "^(127\\.|localhost:|\\[::1\\]:)" $monitor.listenAddress) (not $values.kubeRBACProxy.enabled) -}}
{{- fail (printf "monitor.listenAddress %s is only reached from inside the pod: neither the kubelet's probes nor Prometheus get there. Listen on 0.0.0.0, or enable kubeRBACProxy." $monitor.listenAddress) -}}
{{- end -}}

{{- if and (regexMatch ":[^/]+$" $monitor.image.reference) (not (contains "@" $monitor.image.reference)) $monitor.image.tag -}}
{{- fail (printf "monitor.image.reference %s has a tag already, and monitor.image.tag is %s: set one of them." $monitor.image.reference $monitor.image.tag) -}}
{{- end -}}

{{- $socket := include "kata-monitor.runtimeSocket" . -}}
{{- if eq (dir $socket) "/" -}}
{{- fail (printf "The runtime's socket %s lies in the node's root directory, which is not mounted: it must be in a directory of its own." $socket) -}}
{{- end -}}
{{- $mounted := append $monitor.sandboxesPaths (dir $socket) -}}
{{- if has "/host/sys/fs/cgroup" $mounted -}}
{{- fail "/host/sys/fs/cgroup is where the node's cgroups are mounted: no storage root and no runtime socket can be there." -}}
{{- end -}}
{{- if ne (len $mounted) (len (uniq $mounted)) -}}
{{- fail (printf "monitor.sandboxesPaths %s and the runtime's directory %s name one directory twice." (join ", " $monitor.sandboxesPaths) (dir $socket)) -}}
{{- end -}}

{{- $container := $monitor.securityContext | default dict -}}
{{- if and $container.runAsNonRoot (eq (int $container.runAsUser) 0) -}}
{{- fail "monitor.securityContext sets runAsNonRoot and runAsUser 0: the kubelet would not start the container." -}}
{{- end -}}

{{- $limit := toString (dig "limits" "memory" "" ($monitor.resources | default dict)) -}}
{{- $unit := regexFind "[A-Za-z]*$" $limit -}}
{{- $bytes := mulf (float64 (trimSuffix $unit $limit)) (get (dict "" 1 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776) $unit | default 0) -}}
{{- if and $limit (lt $bytes 134217728.0) -}}
{{- fail (printf "monitor.resources.limits.memory %s is too little: the daemon needs at least 128Mi, and 300Mi with the default memory-budget." $limit) -}}
{{- end -}}

{{- $tls := dig "secretName" "" ($monitor.tls | default dict) -}}
{{- if and $tls $monitor.tls.cipherSuites (eq (toString $monitor.tls.minVersion) "VersionTLS13") -}}
{{- fail "monitor.tls.cipherSuites are those of TLS 1.2, and monitor.tls.minVersion is VersionTLS13: the daemon refuses both together. Leave one of them out." -}}
{{- end -}}
{{- if and $tls $values.webConfig.secretName -}}
{{- fail "monitor.tls.secretName and webConfig.secretName both set up TLS: choose one of them." -}}
{{- end -}}
{{- if and $values.kubeRBACProxy.enabled (or $tls $values.webConfig.secretName) -}}
{{- fail "kubeRBACProxy speaks plain HTTP to the daemon: with it, leave monitor.tls.secretName and webConfig.secretName empty and use kubeRBACProxy.tlsSecretName." -}}
{{- end -}}
{{- if and $values.kubeRBACProxy.enabled (eq (int $values.kubeRBACProxy.port) (int $monitor.port)) -}}
{{- fail (printf "kubeRBACProxy.port and monitor.port are both %d: two containers of one pod cannot listen on it." (int $monitor.port)) -}}
{{- end -}}

{{- $pods := $values.prometheus.podMonitor -}}
{{- $services := $values.prometheus.serviceMonitor -}}
{{- if and $pods.enabled $services.enabled -}}
{{- fail "prometheus.podMonitor and prometheus.serviceMonitor are both enabled: Prometheus would scrape every node twice. Choose one of them." -}}
{{- end -}}
{{- if and $services.enabled (not $values.service.enabled) -}}
{{- fail "prometheus.serviceMonitor is enabled and service is not: there would be no service to watch. Enable service, or use prometheus.podMonitor." -}}
{{- end -}}
{{- if and $values.prometheus.rules.enabled $values.prometheus.rules.alerts -}}
{{- include "kata-monitor.checkAlerts" . -}}
{{- end -}}
{{- range $name, $settings := dict "podMonitor" $pods "serviceMonitor" $services -}}
{{- if and $settings.enabled $settings.interval $settings.scrapeTimeout -}}
{{- if gt (include "kata-monitor.seconds" $settings.scrapeTimeout | float64) (include "kata-monitor.seconds" $settings.interval | float64) -}}
{{- fail (printf "prometheus.%s.scrapeTimeout %s is longer than its interval %s: Prometheus refuses that." $name $settings.scrapeTimeout $settings.interval) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- if and $values.networkPolicy.enabled $values.hostNetwork -}}
{{- fail "networkPolicy does nothing for a pod on the node's network: leave out hostNetwork, or the policy." -}}
{{- end -}}
{{- if and (eq $monitor.updateStrategy.type "OnDelete") $monitor.updateStrategy.rollingUpdate -}}
{{- fail "monitor.updateStrategy.type OnDelete takes no rollingUpdate: set monitor.updateStrategy.rollingUpdate to null." -}}
{{- end -}}
{{- end -}}

{{/* Prometheus's durations, of one unit, in seconds. */}}
{{- define "kata-monitor.seconds" -}}
{{- $unit := regexFind "[a-z]+$" . -}}
{{- mulf (float64 (trimSuffix $unit .)) (get (dict "ms" 0.001 "s" 1 "m" 60 "h" 3600) $unit) -}}
{{- end -}}
