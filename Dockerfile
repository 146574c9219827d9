# Waybill in a container: no compiler, no shell scripts, no root. All it writes goes to /data and /tmp, so the rest may be read-only.
#   docker build -t waybill .
#   docker run --env-file .env -e HOST=0.0.0.0 -p 127.0.0.1:3000:3000 -v waybill-data:/data --read-only --tmpfs /tmp waybill
FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Optional packages are a Node for machines that have none; the image has one.
RUN npm ci --omit=dev --omit=optional --no-audit --no-fund

FROM node:24-slim
WORKDIR /app
ENV NODE_ENV=production
COPY --from=packages /app/node_modules ./node_modules
COPY package.json LICENSE manifest.yml ./
COPY db ./db
COPY src ./src
# The default DATABASE_URL (sqlite:./data/waybill.db) means the volume.
RUN mkdir /data && chown node:node /data && ln -s /data /app/data
VOLUME /data
USER node
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --retries=3 CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "src/launch.mjs", "main"]
