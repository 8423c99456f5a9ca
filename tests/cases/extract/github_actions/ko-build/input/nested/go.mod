module "github.com/acme/nested"
