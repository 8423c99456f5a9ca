DEFAULT_TAG=latest
name() { echo "ghcr.io/$OWNER/$1$SUFFIX"; }
image() {
  docker build -t "ghcr.io/$OWNER/$1:${2:-$DEFAULT_TAG}" "$1"
}
