group "checks" {
  targets = ["lint", "test"]
}

target "lint" {
  dockerfile = "lint.Dockerfile"
  platforms  = ["linux/amd64", "linux/arm64"]
  output     = ["type=cacheonly"]
}

target "test" {
  target = "test"
  output = ["type=cacheonly"]
}
