#!/bin/sh
docker buildx build --tag $IMAGE "$BUILD_CONTEXT"
