target "mail" {
  context = "../.."
  dockerfile = "services/mail/Dockerfile"
}
