import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isToken } from '../wire/accessFrames.ts';
import { bearerToken, findToken, hashToken } from './access/tokens.ts';
import { parseListenAddress } from './metricsSettings.ts';
import { createStatusResponder, type Refusal, type StatusDeps } from './statusPages.ts';

/**
 * The pages about the relay on an address of their own, for a Prometheus on another machine. Whoever
 * reaches that address reads them, or, where there is a token file, who shows its token.
 */

export interface MetricsConfig {
  /** `host:port`; null: there is no such address. */
  readonly metricsListen: string | null;
  readonly metricsTokenFile: string | null;
}

export type MetricsServerOpening =
  /** `port`: null: none was asked for. */
  | { readonly type: 'opened'; readonly port: number | null; close(): Promise<void> }
  /** `detail`: a sentence for whoever started the relay. */
  | { readonly type: 'refused'; readonly detail: string };

/** Nobody needs more, and nobody can take more. */
const CONNECTIONS_MAX = 16;
const TIMEOUT_MS = 10_000;

const UNREADABLE: Refusal = { status: 503, body: 'The token cannot be read.\n' };
const UNKNOWN: Refusal = { status: 401, body: 'A bearer token is asked for.\n' };

export async function openMetricsServer(
  { metricsListen, metricsTokenFile }: MetricsConfig,
  status: Omit<StatusDeps, 'refuseMetrics'>,
): Promise<MetricsServerOpening> {
  const address = metricsListen === null ? null : parseListenAddress(metricsListen);
  if (address === null) return { type: 'opened', port: null, close: async () => undefined };
  if (metricsTokenFile !== null && readToken(metricsTokenFile) === null) {
    const detail = `metrics_token_file ${metricsTokenFile} does not hold a token: a line of visible characters`;
    return { type: 'refused', detail };
  }
  const refuseMetrics = (request: IncomingMessage): Refusal | null =>
    metricsTokenFile === null ? null : judge(request, readToken(metricsTokenFile));
  const respond = createStatusResponder({ ...status, refuseMetrics }, (_request, response) => {
    response.writeHead(404).end();
  });
  const server = createServer({ headersTimeout: TIMEOUT_MS, requestTimeout: TIMEOUT_MS }, respond);
  server.maxConnections = CONNECTIONS_MAX;
  server.setTimeout(TIMEOUT_MS);
  return new Promise((done) => {
    server.once('error', ({ message }) => {
      done({ type: 'refused', detail: `cannot tell metrics at ${metricsListen}: ${message}` });
    });
    server.listen(address, () => {
      const { port } = server.address() as AddressInfo;
      const close = (): Promise<void> =>
        new Promise((closed) => {
          server.close(() => closed());
          server.closeAllConnections();
        });
      done({ type: 'opened', port, close });
    });
  });
}

function judge({ headers }: IncomingMessage, token: string | null): Refusal | null {
  if (token === null) return UNREADABLE;
  const shown = bearerToken(headers.authorization);
  return shown !== null && findToken(shown, [hashToken(token)]) !== undefined ? null : UNKNOWN;
}

/** At each request, so that it can be changed. null: there is none. */
function readToken(path: string): string | null {
  try {
    const token = readFileSync(path, 'utf8').trim();
    return isToken(token) ? token : null;
  } catch {
    return null;
  }
}
