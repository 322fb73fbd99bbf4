import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import sirv from 'sirv';
import { root } from './sourceCode.ts';

export interface StaticServer {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  close(): Promise<void>;
}

export interface PageServerOptions {
  /** If not said, what was built. */
  readonly folder?: string;
}

/** Serves the built page, so that a page can be had while no relay runs. */
export async function servePage(options: PageServerOptions = {}): Promise<StaticServer> {
  const folder = options.folder ?? join(root, 'dist/page');
  if (!existsSync(folder)) throw new Error('There is no dist/page: run `npm run build` first.');
  // A file that changes is served as it is then.
  const serve = sirv(folder, { dev: true });
  const server = createServer((request, response) => {
    serve(request, response, () => {
      response.statusCode = 404;
      response.end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
