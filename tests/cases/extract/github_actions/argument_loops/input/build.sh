#!/bin/bash
NAME=none
PUSH=false
while [[ $# -gt 0 ]]; do
  case "$1" in
    -n | --name) NAME="$2"; shift 2 ;;
    --tag) TAG="$2"; shift 2 ;;
    --push) PUSH=true; shift ;;
    *) echo "what is $1?"; exit 1 ;;
  esac
done
docker build -t "ghcr.io/acme/$NAME:$TAG" "services/$NAME"
if [ "$PUSH" = true ]; then
  docker push "ghcr.io/acme/$NAME:$TAG"
fi
