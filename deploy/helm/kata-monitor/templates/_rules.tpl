{{/* The groups of all rule files that are enabled, with the job that the PodMonitor or ServiceMonitor gives. */}}
{{- define "kata-monitor.ruleGroups" -}}
{{- $files := list "files/rules.yaml" "files/alerts.yaml" -}}
{{- if .Values.prometheus.rules.kubernetesMixin -}}
{{- $files = append $files "files/rules-kubernetes-mixin.yaml" -}}
{{- end -}}
{{- $job := printf "job=%q" (include "kata-monitor.name" .) -}}
{{- $groups := list -}}
{{- range $files -}}
{{- $groups = concat $groups ($.Files.Get . | replace "job=\"kata-monitor\"" $job | fromYaml).groups -}}
{{- end -}}
{{- toYaml (dict "groups" $groups) -}}
{{- end -}}

{{/* A rule with the changes of prometheus.rules.alerts; nothing when it is disabled. Called with the rule and the root. */}}
{{- define "kata-monitor.rule" -}}
{{- $rule := index . 0 -}}
{{- $settings := (index . 1).Values.prometheus.rules -}}
{{- $change := dict -}}
{{- if $rule.alert -}}
{{- $change = get ($settings.alerts | default dict) $rule.alert | default dict -}}
{{- range $key := list "expr" "for" -}}
{{- with get $change $key -}}{{- $_ := set $rule $key . -}}{{- end -}}
{{- end -}}
{{- with $change.severity -}}{{- $_ := set $rule.labels "severity" . -}}{{- end -}}
{{- with $settings.runbookBaseUrl -}}
{{- $_ := set $rule.annotations "runbook_url" (printf "%s/%s.md" . $rule.alert) -}}
{{- end -}}
{{- end -}}
{{- if ne (toString $change.enabled) "false" -}}
{{- toYaml $rule -}}
{{- end -}}
{{- end -}}

{{/* A change to an alert that does not exist would have no effect. */}}
{{- define "kata-monitor.checkAlerts" -}}
{{- $known := list -}}
{{- range (.Files.Get "files/alerts.yaml" | fromYaml).groups -}}
{{- range .rules -}}{{- $known = append $known .alert -}}{{- end -}}
{{- end -}}
{{- include "kata-monitor.checkKeysOf" (list "prometheus.rules.alerts" .Values.prometheus.rules.alerts $known) -}}
{{- end -}}
