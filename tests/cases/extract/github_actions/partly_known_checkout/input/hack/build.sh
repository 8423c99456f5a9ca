docker build -t ghcr.io/acme/script:1 images
