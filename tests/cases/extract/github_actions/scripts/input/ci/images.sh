#!/usr/bin/env bash
set -euo pipefail
ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
. "$ROOT/ci/common.sh"
TAG=$1

cd "$ROOT/batch"
for kind in train serve; do
  docker build \
    -f "Dockerfile.$kind" \
    -t "ghcr.io/$OWNER/$kind${SUFFIX:-}:$TAG" .
done
docker push "ghcr.io/$OWNER/train${SUFFIX:-}:$TAG"
