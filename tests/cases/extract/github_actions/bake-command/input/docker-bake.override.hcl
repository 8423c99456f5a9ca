target "api" {
  dockerfile = "release.Dockerfile"
  platforms  = ["linux/amd64", "linux/arm64"]
}
