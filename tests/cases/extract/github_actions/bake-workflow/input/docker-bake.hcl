target "image" {
  tags   = ["not/used"]
  target = "image"
}
