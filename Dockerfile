# The runtime image: Node, the libraries it links, the bundles; no shell, no package manager, not root.
# The base is pinned by an exact tag. Renovate (renovate.json, pinDigests) adds its digest and keeps both current.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY lab/process lab/process
COPY scripts scripts
COPY src src
RUN node scripts/build.ts && sh scripts/rootfs.sh /usr/local/bin/node dist /rootfs

FROM scratch
LABEL org.opencontainers.image.title="function-mcp" \
      org.opencontainers.image.description="A Crossplane composition function that runs MCP servers in Kubernetes for many tenants" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.vendor="TAS"
COPY --from=build /rootfs/base/ /
COPY --from=build /rootfs/app/ /
ENV PATH=/usr/local/bin NODE_ENV=production
# memory stays near what is in use: a small young generation, and a C library that gives memory back
ENV NODE_OPTIONS=--max-semi-space-size=4 MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=65536 MALLOC_TRIM_THRESHOLD_=1048576
# names that do not resolve hold a thread each: healthy targets of a probe must not wait for them
ENV UV_THREADPOOL_SIZE=16
USER 65532:65532
EXPOSE 9443
# without an argument: the function, with mTLS from TLS_SERVER_CERTS_DIR
ENTRYPOINT ["/usr/local/bin/node", "/app/main.js"]
