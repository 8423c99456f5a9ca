FROM scratch AS last
