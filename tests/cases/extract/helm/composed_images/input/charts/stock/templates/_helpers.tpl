{{- define "stock.sorter" -}}
{{ .Values.sorter.image.registry | default .Values.images.registry }}/{{ .Values.sorter.image.repository }}:{{ .Values.images.tag }}
{{- end -}}
