module github.com/acme/shop/v2
