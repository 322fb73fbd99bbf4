import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';

/**
 * The built page, read once at start and served from a map in memory: no request names a path on
 * the disk, and a rebuild under a running relay harms nobody. (`sirv` was tried: a range that ends
 * before it starts, or a file gone since the start, throws outside any handler and ends the process.)
 */

export type PageResponder = (request: IncomingMessage, response: ServerResponse) => void;

interface PageFile {
  readonly body: Buffer;
  readonly headers: { readonly [name: string]: string };
}

const TYPES: { readonly [extension: string]: string } = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

/**
 * Code and styles come from here alone and stand in files. The page may be told to sync with
 * another node, hence any WebSocket. `frameAncestors`: sites that may frame it beside this one.
 */
const contentSecurityPolicy = (frameAncestors: readonly string[]): string =>
  [
    "default-src 'self'",
    // The drag library puts its rules into a style element; styles run no code.
    "style-src 'self' 'unsafe-inline'",
    "connect-src 'self' ws: wss:",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    ["frame-ancestors 'self'", ...frameAncestors].join(' '),
  ].join('; ');

const COMMON_HEADERS = {
  'Content-Security-Policy': contentSecurityPolicy([]),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

/** The board for frames: what others may frame. A click in it can be a trap, so who may is listed. */
const FRAME_PAGE = '/embed.html';

/**
 * What other sites' pages may load as a module: `huskies-pipeline.js` and what it imports. Everybody
 * can read these files anyway, and no cookie or key is sent along.
 */
const MODULE_HEADERS = {
  'Access-Control-Allow-Origin': '*',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};
const IS_MODULE = /^\/(?:huskies-pipeline\.js|assets\/[^/]+\.(?:js|css))$/;

export interface PageOptions {
  /** Origins of other sites that may show the board in a frame. */
  readonly frameAncestors: readonly string[];
}

const NOT_BUILT = 'The page is not built yet: run `npm run build`, then start the relay again.\n';

/** `folder`: what `vite build` made; it may be missing. */
export function createPageResponder(folder: string, options: PageOptions): PageResponder {
  const files = readPageFiles(folder, options);
  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      respond(
        request,
        response,
        405,
        textFile('This server only reads.\n', { Allow: 'GET, HEAD' }),
      );
      return;
    }
    const path = (request.url ?? '/').replace(/[?#].*$/, '');
    const file = files.get(path);
    if (file !== undefined) {
      const isKnown = request.headers['if-none-match'] === file.headers['ETag'];
      respond(request, response, isKnown ? 304 : 200, file);
    } else if (path === '/') respond(request, response, 503, textFile(NOT_BUILT));
    else respond(request, response, 404, textFile('There is nothing here.\n'));
  };
}

function respond(
  { method }: IncomingMessage,
  response: ServerResponse,
  status: number,
  { body, headers }: PageFile,
): void {
  response.writeHead(status, { ...COMMON_HEADERS, ...headers });
  if (method === 'HEAD' || status === 304) response.end();
  else response.end(body);
}

function textFile(text: string, headers: PageFile['headers'] = {}): PageFile {
  return fileOf(Buffer.from(text), { 'Content-Type': TYPES['.txt']!, ...headers });
}

function fileOf(body: Buffer, headers: PageFile['headers']): PageFile {
  return {
    body,
    headers: { 'Cache-Control': 'no-cache', 'Content-Length': String(body.length), ...headers },
  };
}

/** By path of the request; a folder's index.html also stands for the folder. */
function readPageFiles(
  folder: string,
  { frameAncestors }: PageOptions,
): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>();
  for (const name of listFiles(folder)) {
    const path = `/${name.split(sep).join('/')}`;
    const file = readPageFile(join(folder, name), path);
    files.set(path, path === FRAME_PAGE ? framed(file, frameAncestors) : file);
    if (path.endsWith('/index.html')) files.set(path.slice(0, -'index.html'.length), file);
  }
  return files;
}

function readPageFile(place: string, path: string): PageFile {
  const body = readFileSync(place);
  // Vite puts a hash of the content into the names of what it emits to assets/.
  const isHashed = /^\/assets\/.+-[\w-]{8,}\.\w+$/.test(path);
  return fileOf(body, {
    'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream',
    'Cache-Control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    ...(IS_MODULE.test(path) && MODULE_HEADERS),
    ETag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
  });
}

function framed({ body, headers }: PageFile, frameAncestors: readonly string[]): PageFile {
  const policy = contentSecurityPolicy(frameAncestors);
  return { body, headers: { ...headers, 'Content-Security-Policy': policy } };
}

/** Paths from `folder`; none if it does not exist. */
function listFiles(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  } catch {
    return [];
  }
}
