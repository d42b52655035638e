{{/* Each value that cannot work fails the render with a sentence. The schema has looked at types and shapes. */}}
{{- define "kata-monitor.checks" -}}
{{- $values := .Values -}}
{{- $monitor := .Values.monitor -}}

{{- if ne (int (regexFind "[0-9]+$" $monitor.listenAddress)) (int $monitor.port) -}}
{{- fail (printf "monitor.listenAddress %s has another port than monitor.port %d: probes, service and Prometheus would ask a port nobody listens on." $monitor.listenAddress (int $monitor.port)) -}}
{{- end -}}
{{- if and (regexMatch "^(127\\.|localhost:|\\[::1\\]:)" $monitor.listenAddress) (not $values.kubeRBACProxy.enabled) -}}
{{- fail (printf "monitor.listenAddress %s is only reached from inside the pod: neither the kubelet's probes nor Prometheus get there. Listen on 0.0.0.0, or enable kubeRBACProxy." $monitor.listenAddress) -}}
{{- end -}}

{{- $socket := include "kata-monitor.runtimeSocket" . -}}
{{- if eq (dir $socket) "/" -}}
{{- fail (printf "monitor.runtimeEndpoint %s lies in the node's root folder, which is not mounted: the socket's folder must be one of its own." $monitor.runtimeEndpoint) -}}
{{- end -}}
{{- $mounted := append $monitor.sandboxesPaths (dir $socket) -}}
{{- if ne (len $mounted) (len (uniq $mounted)) -}}
{{- fail (printf "monitor.sandboxesPaths %s and the runtime's folder %s name one folder twice." (join ", " $monitor.sandboxesPaths) (dir $socket)) -}}
{{- end -}}

{{- $container := $monitor.securityContext -}}
{{- if and $container.runAsNonRoot (eq (int $container.runAsUser) 0) -}}
{{- fail "monitor.securityContext asks for runAsNonRoot and for runAsUser 0: the kubelet would refuse to start the container." -}}
{{- end -}}
{{- if and $container.privileged (eq (toString $container.allowPrivilegeEscalation) "false") -}}
{{- fail "monitor.securityContext is privileged without allowPrivilegeEscalation: the API server refuses that. The daemon needs neither." -}}
{{- end -}}

{{- $limit := toString (dig "limits" "memory" "" $monitor.resources) -}}
{{- $unit := regexFind "[A-Za-z]*$" $limit -}}
{{- $bytes := mulf (float64 (trimSuffix $unit $limit)) (get (dict "" 1 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776) $unit | default 0) -}}
{{- if and $limit (lt $bytes 134217728.0) -}}
{{- fail (printf "monitor.resources.limits.memory %s is too little: the daemon rests at about 80 MiB and needs 128Mi to scrape." $limit) -}}
{{- end -}}

{{- if and $values.tls.secretName $values.webConfig.secretName -}}
{{- fail "tls.secretName and webConfig.secretName both set up TLS: choose one of them." -}}
{{- end -}}
{{- if and $values.kubeRBACProxy.enabled (or $values.tls.secretName $values.webConfig.secretName) -}}
{{- fail "kubeRBACProxy speaks plain HTTP to the daemon: with it, leave tls.secretName and webConfig.secretName empty and use kubeRBACProxy.tlsSecretName." -}}
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
{{- if and (eq $values.updateStrategy.type "OnDelete") $values.updateStrategy.rollingUpdate -}}
{{- fail "updateStrategy.type OnDelete takes no rollingUpdate: set updateStrategy.rollingUpdate to null." -}}
{{- end -}}
{{- end -}}

{{/* Prometheus's durations, of one unit, in seconds. */}}
{{- define "kata-monitor.seconds" -}}
{{- $unit := regexFind "[a-z]+$" . -}}
{{- mulf (float64 (trimSuffix $unit .)) (get (dict "ms" 0.001 "s" 1 "m" 60 "h" 3600) $unit) -}}
{{- end -}}
