module github.com/acme/plugin
