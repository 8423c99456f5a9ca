#!/bin/sh
docker build -t "$IMAGE:$1" .
