{{- define "shop.worker" -}}
{{ .Values.worker.image.repository }}:{{ .Values.worker.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- define "shop.proxy" -}}
{{ .Values.hub }}/{{ .Values.proxy.image.repository }}:{{ .Values.proxy.image.tag }}
{{- end -}}
