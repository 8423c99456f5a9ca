target "default" {
  tags = ["acme/app"
}
