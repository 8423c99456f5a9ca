param([string]$Tag = "v1")
docker build -t "acme/scripted:$Tag" scripted
