#!/bin/sh
docker build -t acme/api -f "$1" .
