# The image of a release: GoReleaser puts the static binaries and the
# certificates beside this file (see .goreleaser.yaml).
FROM scratch
ARG TARGETPLATFORM
COPY build/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY $TARGETPLATFORM/brainscore /usr/local/bin/brainscore
ENV PATH=/usr/local/bin
ENTRYPOINT ["brainscore"]
CMD ["--help"]
