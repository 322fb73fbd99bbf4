import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PageResponder } from './pageFiles.ts';

/** What machines ask the relay for: whether it lives, takes peers, what it counts and what it is. */

export type Readiness =
  | { readonly type: 'ready' }
  /** `reason`: a phrase. */
  | { readonly type: 'not-ready'; readonly reason: string };

export interface StatusDeps {
  readiness(): Readiness;
  /** No names: whoever may connect reads it. */
  info(): object;
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
  /** null: who sent this may read the metrics. Absent: callers on this machine may. */
  readonly refuseMetrics?: (request: IncomingMessage) => Refusal | null;
}

export interface Refusal {
  readonly status: 401 | 403 | 503;
  readonly body: string;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const PLAIN = 'text/plain; charset=utf-8';
const LOCAL_NAME = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/;
/** Any of these: a proxy stands between, and whoever asks it may be anywhere. */
const PROXY_HEADERS = ['forwarded', 'via', 'x-forwarded-for', 'x-real-ip'];

/** Answers its own paths and leaves the others to `next`. */
export function createStatusResponder(deps: StatusDeps, next: PageResponder): PageResponder {
  const { refuseMetrics = refuseStrangers } = deps;
  const pages: { readonly [path: string]: (request: IncomingMessage) => Promise<Answer> } = {
    '/healthz': async () => ({ status: 200, type: PLAIN, body: 'ok\n' }),
    '/readyz': async () => {
      const readiness = deps.readiness();
      return readiness.type === 'ready'
        ? { status: 200, type: PLAIN, body: 'ready\n' }
        : { status: 503, type: PLAIN, body: `${readiness.reason}\n` };
    },
    '/info': async () => ({
      status: 200,
      type: 'application/json',
      body: `${JSON.stringify(deps.info())}\n`,
    }),
    '/metrics': async (request) => {
      const refusal = refuseMetrics(request);
      if (refusal !== null) return { ...refusal, type: PLAIN };
      return { status: 200, type: deps.metrics.contentType, body: await deps.metrics.text() };
    },
  };
  return (request, response) => {
    const path = (request.url ?? '/').replace(/[?#].*$/, '');
    const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
    if (page === undefined) return next(request, response);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      const body = 'This server only reads.\n';
      return send(request, response, { status: 405, type: PLAIN, body });
    }
    page(request).then(
      (answer) => send(request, response, answer),
      () => send(request, response, { status: 500, type: PLAIN, body: 'It failed.\n' }),
    );
  };
}

function refuseStrangers(request: IncomingMessage): Refusal | null {
  if (isLocal(request)) return null;
  return { status: 403, body: 'Only for this machine, without a proxy.\n' };
}

/** The name too: a site that makes its own name point here (DNS rebinding) reads nothing. */
function isLocal({ socket, headers }: IncomingMessage): boolean {
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  const isLoopback = address === '::1' || address.startsWith('127.');
  const isDirect = PROXY_HEADERS.every((name) => headers[name] === undefined);
  return isLoopback && isDirect && LOCAL_NAME.test(headers.host ?? '');
}

function send({ method }: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const { status, type, body } = answer;
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...(status === 405 && { Allow: 'GET, HEAD' }),
    ...(status === 401 && { 'WWW-Authenticate': 'Bearer' }),
  });
  response.end(method === 'HEAD' ? undefined : body);
}
