target "default" {
  tags = ["not/named"]
}
