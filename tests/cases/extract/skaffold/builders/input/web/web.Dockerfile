FROM scratch AS serve
