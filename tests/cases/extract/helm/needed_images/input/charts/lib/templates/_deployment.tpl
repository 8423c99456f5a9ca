{{- define "lib.deployment" -}}
kind: Deployment
spec:
  template:
    spec:
      containers:
        - name: main
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
{{- end -}}
