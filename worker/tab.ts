/** What the worker offers to its page: the API, with everything the page says looked at first. */

import type {
  BundleFile,
  CommandOutcome,
  MessagePort,
  NoAnswer,
  OpenOptions,
  OpenOutcome,
  OpenRefusal,
  ReplicaApi,
  StreamMessage,
} from './api.ts';
import { loadQueries, NOT_LOADED } from './lateQueries.ts';
import {
  type JoinOutcome,
  joinPipeline,
  type Membership,
  type MembershipDeps,
} from './membership.ts';
import { snapshotParts } from './snapshotParts.ts';
import { isToken } from './wire/accessFrames.ts';

type State =
  | { readonly name: 'new' }
  | { readonly name: 'opening' }
  | { readonly name: 'open'; readonly membership: Membership; readonly stream: MessagePort }
  | { readonly name: 'closed' };

const NOT_OPEN = {
  type: 'refused',
  reason: 'not-open',
  detail: 'no pipeline is open',
} as const satisfies CommandOutcome;

const noAnswer = (reason: NoAnswer['reason'], detail: string): NoAnswer => ({
  type: 'no-answer',
  reason,
  detail,
});

export function createTab(deps: MembershipDeps): ReplicaApi {
  let state: State = { name: 'new' };
  let joining: Promise<unknown> = Promise.resolve();

  const membership = (): Membership | undefined =>
    state.name === 'open' ? state.membership : undefined;

  return {
    async open(options, stream) {
      if (state.name !== 'new') return refuse('already-open', 'a worker opens one pipeline, once');
      const refusal = checkOptions(options);
      if (refusal !== undefined) return refusal;
      state = { name: 'opening' };
      let signer = '';
      const tell = (message: StreamMessage): void => {
        if (message.type === 'status') signer = message.status.signer;
        if (state.name === 'closed') return;
        for (const part of snapshotParts(message)) stream.postMessage(part);
      };
      const { bundle } = options;
      const join =
        bundle === undefined ? joinPipeline(deps, options, tell) : openBundle(deps, bundle, tell);
      joining = join;
      const outcome = await join;
      if (outcome.type === 'refused') {
        state = { name: 'new' };
        return outcome;
      }
      state = { name: 'open', membership: outcome.membership, stream };
      return { type: 'opened', signer };
    },
    async command(command) {
      // The board may be there before what it is about.
      await joining;
      return membership()?.service().command(command) ?? NOT_OPEN;
    },
    async disconnect() {
      await membership()?.service().disconnect();
    },
    async addLag(lagMs) {
      await membership()?.service().addLag(lagMs);
    },
    async setToken(token) {
      if (token === null || isToken(token)) await membership()?.service().setToken(token);
    },
    async reconnect() {
      await membership()?.service().reconnect();
    },
    async refreshDurability() {
      await membership()?.service().refreshDurability();
    },
    async query(asked) {
      const queries = await loadQueries();
      if (queries === null) return NOT_LOADED;
      const query = queries.parseQuery(asked);
      if (query === null) return noAnswer('bad-query', 'this worker has no such query');
      await joining;
      for (;;) {
        const asking = membership();
        if (asking === undefined) return noAnswer('not-open', NOT_OPEN.detail);
        const answer = await asking.service().query(query);
        if (answer !== null) return answer;
      }
    },
    async wake() {
      await membership()?.service().wake();
    },
    async close() {
      if (state.name !== 'open') return;
      const { membership: left, stream } = state;
      state = { name: 'closed' };
      await left.close();
      stream.close();
    },
  };
}

/** The code for it is loaded only then. */
async function openBundle(
  deps: MembershipDeps,
  bundle: BundleFile,
  tell: (message: StreamMessage) => void,
): Promise<JoinOutcome> {
  try {
    const { joinBundle } = await import('./replayBundle.ts');
    return joinBundle(deps, bundle, tell);
  } catch (error) {
    return { type: 'refused', reason: 'bad-bundle', detail: String(error) };
  }
}

function checkOptions({ pipeline, address, bundle }: OpenOptions): OpenOutcome | undefined {
  if (bundle !== undefined && !isFile(bundle)) return refuse('bad-bundle', 'it is no file');
  if (typeof pipeline !== 'string' || !/^[a-z0-9-]{1,64}$/.test(pipeline)) {
    return refuse('bad-pipeline-name', 'a pipeline name is 1 to 64 of a-z, 0-9 and -');
  }
  if (address !== null && !(typeof address === 'string' && /^wss?:\/\/[^\s#]+$/.test(address))) {
    return refuse('bad-address', 'a relay address starts with ws:// or wss://');
  }
  return undefined;
}

function isFile({ size, text }: BundleFile): boolean {
  return typeof size === 'number' && typeof text === 'function';
}

function refuse(reason: OpenRefusal, detail: string): OpenOutcome {
  return { type: 'refused', reason, detail };
}
