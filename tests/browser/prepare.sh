#!/usr/bin/env bash
# Installs what the browser tests need and is missing: Chromium, a font, Mermaid 11 and 12. Safe to run again.
set -euo pipefail
cd "$(dirname "$0")"

browser=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
if [ -z "$browser" ]; then
  as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends chromium fonts-dejavu >/dev/null
fi

# npm's own record of what it installed is newer than package.json unless the versions asked for have changed.
if [ ! -f node_modules/.package-lock.json ] || [ package.json -nt node_modules/.package-lock.json ]; then
  npm install --silent --no-progress
  touch node_modules/.package-lock.json
fi
