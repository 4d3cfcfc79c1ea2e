# Wuwei as a container. `docker compose up` builds it; `docker build -t wuwei .` alone, too.
# The data folder is /data; everything else may be read-only. Settings are WUWEI_* variables (docs/settings.md).

FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/remove-stale.mjs scripts/
COPY src src
RUN npm run build && rm dist/.tsbuildinfo

FROM node:24.21.0-bookworm-slim AS modules
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24.21.0-bookworm-slim
LABEL org.opencontainers.image.title="Wuwei 五微" \
      org.opencontainers.image.description="Event-sourced self-government of neighbourhoods by the Five Micro Work Method" \
      org.opencontainers.image.version="0.1.0"
ENV NODE_ENV=production \
    WUWEI_DATA=/data \
    WUWEI_HOST=0.0.0.0 \
    WUWEI_PORT=3000
RUN install -d -o node -g node -m 700 /data
WORKDIR /app
COPY package.json openapi.json ./
COPY data data
COPY --from=modules /app/node_modules node_modules
COPY --from=build /app/dist dist
USER node
VOLUME /data
EXPOSE 3000
# SIGTERM ends it in order: requests in progress have 15 s, then the stores are closed. Give it 30 s.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.WUWEI_PORT + '/health/ready').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/cli.js"]
CMD ["serve"]
