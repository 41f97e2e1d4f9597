# syntax=docker/dockerfile:1
# Builds the hub in two stages: the first uses Rust's own image, the second is Debian with the binary and root
# certificates. Both stages use the same Debian release, so that they have the same C library.
ARG DEBIAN=trixie

FROM rust:1-slim-${DEBIAN} AS build
# The image includes a C compiler; building the allocator also needs make, and libjpeg-turbo needs cmake and nasm.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends cmake make nasm \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
ENV CARGO_TARGET_DIR=/target
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/target \
    cargo build --locked --profile dist --package hub \
    && install -D --mode=0755 /target/dist/hub /out/hub

FROM debian:${DEBIAN}-slim
# Additional packages: `--build-arg PACKAGES=ffmpeg` for thumbnails of video. It is several times as large as the rest.
ARG PACKAGES=""
# Certificates for a bucket, a database or another hub behind TLS.
# hadolint ignore=DL3008,SC2086
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates ${PACKAGES} \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --home-dir /var/lib/imagehub --create-home hub
COPY --from=build /out/hub /usr/local/bin/hub
USER 10001:10001
# Database and data sets of an embedded hub. With PostgreSQL and a bucket, only a cache and the secret.
ENV HUB_HOME=/var/lib/imagehub \
    HUB_LISTEN=0.0.0.0:3000
VOLUME /var/lib/imagehub
EXPOSE 3000
# The image has no curl; bash sends the request.
HEALTHCHECK --interval=10s --timeout=6s --start-period=30s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/3000 && printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n' >&3 && grep -q '^HTTP/1.[01] 200' <&3"]
ENTRYPOINT ["hub"]
CMD ["serve"]
