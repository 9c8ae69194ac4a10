# One static binary and nothing else: no shell, no root. The pages are in the binary as committed, so Go alone is needed.
# It is built on the machine's own architecture, for whichever is asked for.
FROM --platform=$BUILDPLATFORM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=devel TARGETOS TARGETARCH
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -ldflags "-s -w -X main.version=$VERSION" -o /out/usr/local/bin/ovation ./cmd/ovation \
 && mkdir -p /out/etc/ssl/certs /out/tmp /out/var/lib/ovation \
 && cp /etc/ssl/certs/ca-certificates.crt /out/etc/ssl/certs/ \
 && chmod 1777 /out/tmp && chown 65532:65532 /out/var/lib/ovation

FROM scratch
COPY --from=build /out/ /
ENV PATH=/usr/local/bin
USER 65532:65532
WORKDIR /var/lib/ovation
EXPOSE 8080 8081 8082
ENTRYPOINT ["ovation"]
CMD ["--help"]
