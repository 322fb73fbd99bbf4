# A relay with its page. docs/operating.md says how to run it.

# Everything that builds: none of it is in the image that runs.
FROM node:22-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY index.html embed.html vite.config.ts tsconfig*.json ./
COPY public public
COPY src src
COPY worker worker
RUN npm run build

# What the relay loads. LevelDB's binaries are in its package: nothing is compiled.
FROM node:22-slim AS packages
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:22-slim
# Whoever gets into the relay finds no installer.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx \
      /usr/local/bin/corepack /usr/local/bin/yarn* /opt/yarn* \
    && mkdir /data && chown 1000:1000 /data
WORKDIR /app
COPY --from=packages /src/node_modules node_modules
COPY --from=build /src/dist dist
COPY package.json ./
ENV NODE_ENV=production HUSKIES_WEB_HOST=0.0.0.0 HUSKIES_WEB_DATA=/data
# The image's user `node`, by number, so that Kubernetes can see that it is not root.
USER 1000:1000
VOLUME /data
EXPOSE 3001
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HUSKIES_WEB_PORT || 3001}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/relay/main.js"]
