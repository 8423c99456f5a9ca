{{- define "lab.image" -}}
{{- $registry := .registry | default .global.imageRegistry -}}
{{ printf "%s/%s:%s" $registry .repository .tag }}
{{- end -}}

{{- define "lab.worker.image" -}}
{{- $registry := .Values.worker.image.registry | default .Values.global.imageRegistry -}}
{{- $repository := .Values.worker.image.repository -}}
{{- $tag := .Values.worker.image.tag | default .Chart.AppVersion -}}
{{- if $registry -}}
{{- printf "%s/%s:%s" $registry $repository $tag -}}
{{- else -}}
{{- printf "%s:%s" $repository $tag -}}
{{- end -}}
{{- end -}}

{{- define "lab.queue.image" -}}
{{- $registryName := .Values.queue.image.registry -}}
{{- $repositoryName := .Values.queue.image.repository -}}
{{- $tag := .Values.queue.image.tag | toString -}}
{{- printf "%s/%s:%s" $registryName $repositoryName $tag -}}
{{- end -}}

{{- define "lab.plain.image" -}}
{{- $registry := .Values.unset -}}
{{- $repository := .Values.plain.image.repository -}}
{{- $tag := .Values.plain.image.tag -}}
{{- if $registry -}}
{{- printf "%s/%s:%s" $registry $repository $tag -}}
{{- else -}}
{{- printf "%s:%s" $repository $tag -}}
{{- end -}}
{{- end -}}
