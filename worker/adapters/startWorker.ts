/**
 * Starts a module worker of this worker's. A script from another origin than the page's cannot be one,
 * so it is imported by one of a single line; see `src/startWorker.ts`, which does the same for a page.
 */
export function startWorker(script: string): Worker {
  return new Worker(workerAddress(script), { type: 'module' });
}

function workerAddress(script: string): string {
  if (new URL(script, location.href).origin === self.origin) return script;
  const begin = new Blob([`import ${JSON.stringify(script)};`], { type: 'text/javascript' });
  return URL.createObjectURL(begin);
}
