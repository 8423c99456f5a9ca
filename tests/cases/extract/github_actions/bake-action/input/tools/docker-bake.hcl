variable "VERSION" {}

target "default" {
  dockerfile = "lint.Dockerfile"
  tags       = ["acme/lint:${VERSION}"]
}
