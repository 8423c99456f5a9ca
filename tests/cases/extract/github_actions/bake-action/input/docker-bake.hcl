variable "REGISTRY" {
  default = "localhost:5000"
}

# What the tags of a release are is decided by the workflow.
target "docker-metadata-action" {}

target "api" {
  inherits = ["docker-metadata-action", "_base"]
  context  = "api"
  target   = "final"
}

target "_base" {
  args = {
    LEVEL = "release"
  }
}

group "workers" {
  targets = ["worker"]
}

target "worker" {
  name     = "worker-${kind}"
  inherits = ["_base"]
  matrix = {
    kind = ["mail", "report"]
  }
  dockerfile = "${kind}.Dockerfile"
  context    = "workers"
  contexts = {
    base = "target:base"
  }
  tags = [
    "${REGISTRY}/${kind}:latest",
    kind == "mail" ? "${REGISTRY}/post:latest" : "",
  ]
}

target "base" {
  dockerfile = "base.Dockerfile"
  tags       = ["never/told"]
}
