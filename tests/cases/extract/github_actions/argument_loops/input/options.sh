#!/bin/bash
name=none
while getopts "n:p" option; do
  case $option in
    n) name=$OPTARG ;;
    p) push=--push ;;
  esac
done
docker buildx build $push -t "ghcr.io/acme/$name:v1" "services/$name"
