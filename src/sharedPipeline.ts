/**
 * A pipeline as boards use it: the store and the client that feeds it, one for all boards of a page
 * that show the same pipeline through the same address. The last board to leave closes it.
 */
import { createEffect, createRoot, createSignal } from 'solid-js';
import type { BundleFile, Durability, OpenOptions, StreamMessage } from '../worker/api.ts';
import { createFrameFold, onBrowserFrame } from './frameFold.ts';
import type { PageStorage } from './pageStorage.ts';
import { watchPageWake } from './pageWake.ts';
import { createPipelineStore, type PipelineStore } from './pipelineStore.ts';
import { type ClientState, createReplicaClient, type ReplicaClient } from './replicaClient.ts';
import type { Connect } from './workerLife.ts';

export interface Pipeline {
  readonly options: OpenOptions;
  readonly store: PipelineStore;
  readonly client: Omit<ReplicaClient, 'close'>;
  state(): ClientState;
  /** A pipeline of its own that shows what is in a bug bundle; the file may be anything. */
  openBundle(bundle: BundleFile): PipelineHandle;
}

export interface PipelineHandle {
  readonly pipeline: Pipeline;
  /** More than once does nothing. */
  release(): void;
}

export interface PipelineShare {
  acquire(options: OpenOptions): PipelineHandle;
}

export interface PipelineDeps {
  readonly connect: Connect;
  readonly storage: PageStorage;
}

export function createPipelineShare(deps: PipelineDeps): PipelineShare {
  const open = new Map<string, { holders: number; close(): void; readonly pipeline: Pipeline }>();

  return {
    acquire: (options) => {
      const key = JSON.stringify([options.pipeline, options.address]);
      const shared = open.get(key) ?? { holders: 0, ...openPipeline(deps, options) };
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
  { connect, storage }: PipelineDeps,
  options: OpenOptions,
): { readonly pipeline: Pipeline; close(): void } {
  return createRoot((dispose) => {
    const store = createPipelineStore();
    const [state, setState] = createSignal<ClientState>({ name: 'opening' });
    const fold = createFrameFold<StreamMessage>({
      show: store.receiveAll,
      onNextFrame: onBrowserFrame,
      nowMs: () => performance.now(),
    });
    const client = createReplicaClient({
      connect,
      options: () => ({ ...options, canary: storage.readCanary(options.pipeline) }),
      onMessage: fold.push,
      onState: (next) => {
        // Another worker begins anew.
        if (next.name === 'opening') fold.clear();
        setState(next);
      },
    });
    createEffect((noted: string) => {
      const status = store.status();
      if (status === null || status.signer === '' || !isKept(status.durability)) return noted;
      const { signer, ownOps } = status;
      const note = `${signer} ${ownOps}`;
      if (note !== noted) storage.noteCanary(options.pipeline, { signer, ownOps });
      return note;
    }, '');

    let askedToPersist = false;
    /** After the first edit there is something of the user's to keep, and a reason to ask. */
    const command: ReplicaClient['command'] = async (asked) => {
      const outcome = await client.command(asked);
      const evictable = store.status()?.durability === 'best-effort';
      if (outcome.type === 'done' && evictable && !askedToPersist) {
        askedToPersist = true;
        void storage.askToPersist().then((kept) => {
          if (kept) client.refreshDurability();
        });
      }
      return outcome;
    };

    const unwatchWake = watchPageWake(client.wake);
    const close = (): void => {
      unwatchWake();
      client.close();
      fold.clear();
      dispose();
    };
    const openBundle = (bundle: BundleFile): PipelineHandle => {
      const { pipeline: name } = options;
      const deps = { connect, storage: NO_STORAGE };
      const opened = openPipeline(deps, { pipeline: name, address: null, bundle });
      return { pipeline: opened.pipeline, release: opened.close };
    };
    const pipeline = { options, store, client: { ...client, command }, state, openBundle };
    return { pipeline, close };
  });
}

/** What is in a bundle is nobody's to keep. */
const NO_STORAGE: PageStorage = {
  readCanary: () => null,
  noteCanary: () => {},
  askToPersist: async () => false,
};

/** A key that goes with the tab needs no note, and must not take the place of one that stays. */
function isKept(durability: Durability): boolean {
  return durability !== 'memory' && durability !== 'broken';
}
