/**
 * Starts a module worker whose script may be on another origin than the page. Browsers start workers
 * of the page's own origin alone (HTML, "run a worker": same-origin, blob: or data:), so there the
 * worker begins as one line that imports the script: it runs as the page's, storage and locks
 * included. The script's server has to allow the import (CORS), and so has the page's policy, if it has
 * one: `worker-src blob: <server>`, as Chromium counts a worker's imports as workers.
 *
 * `worker/adapters/startWorker.ts` does the same for the worker's own worker.
 */
export function startWorker(script: string, name: string): Worker {
  return new Worker(workerAddress(script), { type: 'module', name });
}

/** Addresses of first lines, by script: kept for the next start. */
const beginnings = new Map<string, string>();

function workerAddress(script: string): string {
  if (new URL(script, location.href).origin === self.origin) return script;
  const begin = new Blob([`import ${JSON.stringify(script)};`], { type: 'text/javascript' });
  const address = beginnings.get(script) ?? URL.createObjectURL(begin);
  beginnings.set(script, address);
  return address;
}
