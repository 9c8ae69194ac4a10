{{/* Names. Everything is a function of the release and of nameOverride, so that two releases in a namespace stay apart. */}}
{{- define "ovation.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "ovation.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "ovation.name" . -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "ovation.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "ovation.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* Labels of a part: a dict of root and part. The selector is immutable: never add to it. */}}
{{- define "ovation.selector" -}}
app.kubernetes.io/name: {{ include "ovation.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .part }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end -}}

{{- define "ovation.labels" -}}
{{ include "ovation.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: ovation
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Metadata of an object: root, part, and optionally suffix, labels and annotations. */}}
{{- define "ovation.metadata" -}}
{{- $suffix := ternary .suffix .part (hasKey . "suffix") -}}
name: {{ include "ovation.fullname" .root }}{{ with $suffix }}-{{ . }}{{ end }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "ovation.labels" . | nindent 2 }}
  {{- with .labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with merge (dict) (default (dict) .annotations) (default (dict) .root.Values.commonAnnotations) }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "ovation.image" -}}
{{- $registry := default .Values.image.registry (dig "imageRegistry" "" (default (dict) .Values.global)) -}}
{{- $at := ternary (printf "@%s" .Values.image.digest) (printf ":%s" (default .Chart.AppVersion .Values.image.tag)) (ne .Values.image.digest "") -}}
{{- with $registry }}{{ . }}/{{ end }}{{ .Values.image.repository }}{{ $at }}
{{- end -}}

{{/* Where the store is. */}}
{{- define "ovation.natsURL" -}}
{{- if .Values.broker.enabled -}}
{{- $full := include "ovation.fullname" . -}}
{{- $urls := list -}}
{{- range $i := until (int .Values.broker.replicas) -}}
{{- $urls = append $urls (printf "nats://%s-broker-%d.%s-broker:4222" $full $i $full) -}}
{{- end -}}
{{- join "," $urls -}}
{{- else -}}
{{- .Values.nats.url -}}
{{- end -}}
{{- end -}}

{{- define "ovation.replicas" -}}
{{- ternary .Values.broker.replicas .Values.nats.replicas .Values.broker.enabled -}}
{{- end -}}

{{/* What the process of every part is told. Keys that the chart computes may not come from config. */}}
{{- define "ovation.config" -}}
{{- range $key, $instead := dict "listen" "" "grpc" "" "admin" "" "data" "" "nats" "nats" "broker" "broker" "drain" "gateway.drainSeconds" "keys" "keys" "origins" "origins" "trusted_proxies" "trustedProxies" "reflection" "reflection" "otlp" "otlp" -}}
{{- if hasKey (default (dict) $.Values.config) $key -}}
{{- fail (printf "config.%s is set by the chart%s" $key (ternary (printf ": use %s instead" $instead) "" (ne $instead ""))) -}}
{{- end -}}
{{- end -}}
{{- $keys := list -}}
{{- range .Values.keys.items }}{{- $keys = append $keys (printf "/etc/ovation/keys/%s" .) }}{{- end -}}
{{- $signers := dict "files" $keys -}}
{{- with .Values.keys.jwks }}{{- $_ := set $signers "jwks" . }}{{- end -}}
{{- with .Values.keys.audience }}{{- $_ := set $signers "audience" . }}{{- end -}}
{{- with .Values.keys.issuer }}{{- $_ := set $signers "issuer" . }}{{- end -}}
{{- $nats := dict "url" (include "ovation.natsURL" .) "listen" ":4222" -}}
{{- if .Values.nats.credentials.existingSecret }}{{- $_ := set $nats "credentials" (printf "/etc/ovation/nats/%s" .Values.nats.credentials.key) }}{{- end -}}
{{- if .Values.nats.token.existingSecret }}{{- $_ := set $nats "token_file" (printf "/etc/ovation/nats-token/%s" .Values.nats.token.key) }}{{- end -}}
{{- with .Values.nats.tls }}{{- if .existingSecret }}
{{- if .caKey }}{{- $_ := set $nats "ca" (printf "/etc/ovation/nats-tls/%s" .caKey) }}{{- end -}}
{{- if .certKey }}{{- $_ := set $nats "cert" (printf "/etc/ovation/nats-tls/%s" .certKey) }}{{- $_ := set $nats "key" (printf "/etc/ovation/nats-tls/%s" .keyKey) }}{{- end -}}
{{- end }}{{- end -}}
{{- $c := dict
  "listen" ":8080" "grpc" ":8081" "admin" ":8082" "data" "/var/lib/ovation/store"
  "nats" $nats
  "store" (dict "replicas" (int (include "ovation.replicas" .)) "max_bytes" .Values.broker.maxBytes)
  "gateway" (dict "services" (printf "dns:///%s-services-headless:8081" (include "ovation.fullname" .)) "max_sockets" (int .Values.gateway.maxSockets))
  "keys" $signers
  "log" (dict "level" .Values.log.level "format" "json")
  "drain" (dict "window" (printf "%ds" (int .Values.gateway.drainSeconds)))
-}}
{{- with .Values.origins }}{{- $_ := set $c "origins" . }}{{- end -}}
{{- with .Values.trustedProxies }}{{- $_ := set $c "trusted_proxies" . }}{{- end -}}
{{- if .Values.reflection }}{{- $_ := set $c "reflection" true }}{{- end -}}
{{- if .Values.otlp.endpoint }}{{- $_ := set $c "otlp" (dict "endpoint" .Values.otlp.endpoint "metrics" .Values.otlp.metrics) }}{{- end -}}
{{- if and .Values.broker.enabled (gt (int .Values.broker.replicas) 1) -}}
{{- $full := include "ovation.fullname" . -}}
{{- $routes := list -}}
{{- range $i := until (int .Values.broker.replicas) }}{{- $routes = append $routes (printf "%s-broker-%d.%s-broker:6222" $full $i $full) }}{{- end -}}
{{- $_ := set $c "broker" (dict "cluster" ":6222" "routes" $routes) -}}
{{- end -}}
{{- toYaml (mustMergeOverwrite $c (deepCopy (default (dict) .Values.config))) -}}
{{- end -}}

{{/* Refuses what cannot work, with the key to change. */}}
{{- define "ovation.checks" -}}
{{- if not .Values.keys.existingSecret -}}
{{- fail (printf "keys.existingSecret is needed: make one with\n  (umask 077; head -c 32 /dev/urandom | base64 > keys) && kubectl -n %s create secret generic ovation-keys --from-file=keys\nand set keys.existingSecret=ovation-keys" .Release.Namespace) -}}
{{- end -}}
{{- if and (not .Values.broker.enabled) (not .Values.nats.url) -}}
{{- fail "nats.url is needed where broker.enabled is false" -}}
{{- end -}}
{{- if and .Values.broker.enabled .Values.nats.url -}}
{{- fail "nats.url and broker.enabled exclude one another: set broker.enabled=false to use an external NATS" -}}
{{- end -}}
{{- if and .Values.broker.enabled (not .Values.nats.token.existingSecret) -}}
{{- fail (printf "nats.token.existingSecret is needed, or whoever reaches the broker may read and write everything; for a broker of %d make one with\n  (umask 077; head -c 24 /dev/urandom | base64 > token) && kubectl -n %s create secret generic ovation-nats --from-file=token\nand set nats.token.existingSecret=ovation-nats" (int .Values.broker.replicas) .Release.Namespace) -}}
{{- end -}}
{{- if and .Values.nats.tls.certKey (not .Values.nats.tls.keyKey) -}}
{{- fail "nats.tls.keyKey is needed with nats.tls.certKey" -}}
{{- end -}}
{{- if and .Values.gateway.autoscaling.enabled (lt (int .Values.gateway.maxSockets) (int .Values.gateway.autoscaling.connections)) -}}
{{- fail "gateway.maxSockets is below gateway.autoscaling.connections: gateways would be full before more come" -}}
{{- end -}}
{{- end -}}

{{/* The beginning of a pod's spec: root, and part's values. */}}
{{- define "ovation.pod" -}}
{{- with concat (default (list) .root.Values.imagePullSecrets) (dig "imagePullSecrets" (list) (default (dict) .root.Values.global)) }}
imagePullSecrets:
  {{- range . }}
  - name: {{ if kindIs "map" . }}{{ .name }}{{ else }}{{ . }}{{ end }}
  {{- end }}
{{- end }}
serviceAccountName: {{ include "ovation.serviceAccountName" .root }}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  {{- toYaml .root.Values.podSecurityContext | nindent 2 }}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Spread: what the part says, else the default that is handed in, with the part's selector. */}}
{{- define "ovation.spread" -}}
topologySpreadConstraints:
{{- range (default .default .values.topologySpreadConstraints) }}
  - {{- toYaml (omit . "labelSelector") | nindent 4 }}
    labelSelector:
      matchLabels:
        {{- include "ovation.selector" $ | nindent 8 }}
{{- end }}
{{- end -}}

{{/* Pod annotations: a changed configuration rolls the pods. */}}
{{- define "ovation.podMetadata" -}}
labels:
  {{- include "ovation.labels" . | nindent 2 }}
  {{- with .values.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
annotations:
  {{- $config := include "ovation.config" .root | fromYaml }}
  {{- if eq .part "broker" }}{{ $config = pick $config "broker" "durability" "nats" "store" "log" }}{{ end }}
  checksum/config: {{ toYaml $config | sha256sum }}
  {{- with merge (dict) (default (dict) .values.podAnnotations) (default (dict) .root.Values.commonAnnotations) }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{- define "ovation.probes" -}}
# Not for readiness: a server that copies its store from the others, or waits for them, may take an hour.
startupProbe:
  httpGet: {path: /livez, port: admin}
  periodSeconds: 2
  failureThreshold: {{ .startup }}
readinessProbe:
  httpGet: {path: /readyz, port: admin}
  periodSeconds: 3
  failureThreshold: 2
# The process alone: a store that is away must not restart anybody.
livenessProbe:
  httpGet: {path: /livez, port: admin}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
{{- end -}}

{{/* Volumes and mounts that every part has. */}}
{{- define "ovation.volumes" -}}
- name: config
  configMap:
    name: {{ include "ovation.fullname" .root }}
{{- if ne .part "broker" }}
- name: keys
  secret:
    secretName: {{ .root.Values.keys.existingSecret }}
    defaultMode: 0440
{{- with .root.Values.nats.credentials.existingSecret }}
- name: nats
  secret:
    secretName: {{ . }}
    defaultMode: 0440
{{- end }}
{{- with .root.Values.nats.tls.existingSecret }}
- name: nats-tls
  secret:
    secretName: {{ . }}
    defaultMode: 0440
{{- end }}
{{- end }}
{{- with .root.Values.nats.token.existingSecret }}
- name: nats-token
  secret:
    secretName: {{ . }}
    defaultMode: 0440
{{- end }}
{{- with .values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "ovation.mounts" -}}
- {name: config, mountPath: /etc/ovation/config, readOnly: true}
{{- if ne .part "broker" }}
- {name: keys, mountPath: /etc/ovation/keys, readOnly: true}
{{- if .root.Values.nats.credentials.existingSecret }}
- {name: nats, mountPath: /etc/ovation/nats, readOnly: true}
{{- end }}
{{- if .root.Values.nats.tls.existingSecret }}
- {name: nats-tls, mountPath: /etc/ovation/nats-tls, readOnly: true}
{{- end }}
{{- end }}
{{- if .root.Values.nats.token.existingSecret }}
- {name: nats-token, mountPath: /etc/ovation/nats-token, readOnly: true}
{{- end }}
{{- with .values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}
