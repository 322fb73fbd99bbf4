/** The worker that lays groups out, started when it is first needed and anew after it failed. */
import { startWorker } from '../startWorker.ts';
import type { GroupLayout } from './groupLayout.ts';
import type { LayOut } from './layouts.ts';
import script from './layoutWorker.ts?worker&url';

export interface LayoutThread {
  /** One call at a time. */
  readonly layOut: LayOut;
  close(): void;
}

export function createLayoutThread(): LayoutThread {
  let worker: Worker | null = null;
  const close = (): void => {
    worker?.terminate();
    worker = null;
  };
  return {
    layOut: (shapes) =>
      new Promise((resolve, reject) => {
        const running = worker ?? startWorker(script, 'huskies-layout');
        worker = running;
        const fail = (): void => {
          close();
          reject(new Error('The layout worker failed.'));
        };
        running.onmessage = ({ data }: MessageEvent<readonly GroupLayout[]>) => resolve(data);
        running.onerror = fail;
        running.onmessageerror = fail;
        running.postMessage(shapes);
      }),
    close,
  };
}
