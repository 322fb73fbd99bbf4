/**
 * A pipeline as boards use it: the store and the client that feeds it, one for all boards of a page
 * that show the same pipeline through the same address. The last board to leave closes it.
 */
import { createRoot, createSignal } from 'solid-js';
import type { OpenOptions } from '../worker/api.ts';
import { createPipelineStore, type PipelineStore } from './pipelineStore.ts';
import { type ClientState, createReplicaClient, type ReplicaClient } from './replicaClient.ts';
import type { Connect } from './workerLife.ts';

export interface Pipeline {
  readonly options: OpenOptions;
  readonly store: PipelineStore;
  readonly client: Omit<ReplicaClient, 'close'>;
  state(): ClientState;
}

export interface PipelineHandle {
  readonly pipeline: Pipeline;
  /** More than once does nothing. */
  release(): void;
}

export interface PipelineShare {
  acquire(options: OpenOptions): PipelineHandle;
}

export function createPipelineShare(connect: Connect): PipelineShare {
  const open = new Map<string, { holders: number; close(): void; readonly pipeline: Pipeline }>();

  return {
    acquire: (options) => {
      const key = JSON.stringify([options.pipeline, options.address]);
      const shared = open.get(key) ?? { holders: 0, ...openPipeline(connect, options) };
      shared.holders += 1;
      open.set(key, shared);
      let held = true;
      return {
        pipeline: shared.pipeline,
        release: () => {
          if (!held) return;
          held = false;
          shared.holders -= 1;
          if (shared.holders > 0) return;
          open.delete(key);
          shared.close();
        },
      };
    },
  };
}

function openPipeline(
  connect: Connect,
  options: OpenOptions,
): { readonly pipeline: Pipeline; close(): void } {
  return createRoot((dispose) => {
    const store = createPipelineStore();
    const [state, setState] = createSignal<ClientState>({ name: 'opening' });
    const client = createReplicaClient({
      connect,
      options,
      onMessage: store.receive,
      onState: setState,
    });
    const close = (): void => {
      client.close();
      dispose();
    };
    return { pipeline: { options, store, client, state }, close };
  });
}
