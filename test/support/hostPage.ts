import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Somebody else's site: pages on an origin of their own. */
export interface HostSite {
  readonly origin: string;
  /** By path, `/` included; may be set later. */
  readonly pages: Map<string, HostedPage>;
  close(): Promise<void>;
}

export interface HostedPage {
  readonly html: string;
  /** `Content-Security-Policy`; absent: none. */
  readonly policy?: string;
}

export async function serveHostSite(): Promise<HostSite> {
  const pages = new Map<string, HostedPage>();
  const server = createServer((request, response) => {
    const page = pages.get((request.url ?? '/').replace(/\?.*$/, ''));
    response.statusCode = page === undefined ? 404 : 200;
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    if (page?.policy !== undefined) response.setHeader('Content-Security-Policy', page.policy);
    // Of no browser's own accord, so that no console speaks of a missing icon.
    response.end(page === undefined ? '' : `<link rel="icon" href="data:,">${page.html}`);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pages,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
