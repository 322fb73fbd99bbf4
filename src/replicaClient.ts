/**
 * The page's end of the replica worker: starts it, opens a pipeline, passes its stream on.
 *
 * Invariant 1: nothing here rejects. A worker that fails to start or dies is the state `failed`, and
 *   every command that waited for it is answered with `worker-gone`.
 * Invariant 2: what was started is let go of once: on `close`, on `restart` and on failure.
 */
import { releaseProxy, transfer, wrap } from 'comlink';
import type {
  AnswerTo,
  Command,
  CommandOutcome,
  NoAnswer,
  OpenOptions,
  OpenRefusal,
  Query,
  QueryAnswer,
  ReplicaApi,
  StreamMessage,
} from '../worker/api.ts';
import workerScript from '../worker/main.ts?worker&url';
import { startWorker } from './startWorker.ts';
import { beginLife, type Connect, type Life } from './workerLife.ts';

export type ClientState =
  | { readonly name: 'opening' }
  | { readonly name: 'open'; readonly signer: string }
  | { readonly name: 'refused'; readonly reason: OpenRefusal; readonly detail: string }
  | { readonly name: 'failed'; readonly detail: string }
  | { readonly name: 'closed' };

/** There is no replica to ask until it is started again. */
export function isStopped(state: ClientState): boolean {
  return state.name === 'refused' || state.name === 'failed' || state.name === 'closed';
}

/** What became of an edit. `worker-gone`: the worker died before it answered. */
export type EditOutcome =
  | CommandOutcome
  | { readonly type: 'refused'; readonly reason: 'worker-gone'; readonly detail: string };

/** Why there is no answer to a query. `worker-gone`: the worker died before it answered. */
export interface Unanswered {
  readonly type: 'no-answer';
  readonly reason: NoAnswer['reason'] | 'worker-gone';
  readonly detail: string;
}

export interface ReplicaClientDeps {
  readonly connect: Connect;
  /** Asked for each worker that is started. */
  options(): OpenOptions;
  onMessage(message: StreamMessage): void;
  onState(state: ClientState): void;
}

export interface ReplicaClient {
  command(command: Command): Promise<EditOutcome>;
  disconnect(): void;
  /** 0: none. */
  addLag(lagMs: number): void;
  reconnect(): void;
  /** For the relay; null: forgets it. */
  setToken(token: string | null): void;
  /** To be called when the browser has promised to keep the data. */
  refreshDurability(): void;
  /** The page has slept: looks whether the connection is still there. */
  wake(): void;
  query<Asked extends Query>(query: Asked): Promise<AnswerTo<Asked> | Unanswered>;
  /** Lets go of this worker, whatever its state, and starts another. */
  restart(): void;
  close(): void;
}

const NOT_RUNNING = 'The replica is not running.';

export function createReplicaClient(deps: ReplicaClientDeps): ReplicaClient {
  let life: Life | null = null;

  const onFailure = (detail: string): void => {
    life = null;
    deps.onState({ name: 'failed', detail });
  };

  const start = (): void => {
    deps.onState({ name: 'opening' });
    try {
      life = beginLife(deps.connect, { onMessage: deps.onMessage, onFailure });
    } catch (error) {
      onFailure(describe(error));
      return;
    }
    void open(life);
  };

  const open = async (opening: Life): Promise<void> => {
    const port = opening.workerPort;
    const outcome = await answerOf(opening, () =>
      opening.api.open(deps.options(), transfer(port, [port])),
    );
    if (life !== opening) return;
    if (outcome.type === 'gone') {
      opening.end(outcome.detail);
      onFailure(outcome.detail);
    } else if (outcome.value.type === 'opened') {
      deps.onState({ name: 'open', signer: outcome.value.signer });
    } else {
      const { reason, detail } = outcome.value;
      deps.onState({ name: 'refused', reason, detail });
    }
  };

  /** The worker flushes its store before it answers; one that died has ended already. */
  const stop = (): void => {
    const stopping = life;
    life = null;
    if (stopping === null) return;
    stopping.mute();
    void answerOf(stopping, () => stopping.api.close()).then(() => stopping.end(NOT_RUNNING));
  };

  const ask = <Value>(question: (api: ReplicaApi) => Promise<Value>): Promise<Answer<Value>> => {
    const asked = life;
    if (asked === null) return Promise.resolve({ type: 'gone', detail: NOT_RUNNING });
    return answerOf(asked, () => question(asked.api));
  };

  start();
  return {
    command: async (command) => {
      const answer = await ask((api) => api.command(command));
      if (answer.type === 'answered') return answer.value;
      return { type: 'refused', reason: 'worker-gone', detail: answer.detail };
    },
    disconnect: () => void ask((api) => api.disconnect()),
    addLag: (lagMs) => void ask((api) => api.addLag(lagMs)),
    setToken: (token) => void ask((api) => api.setToken(token)),
    reconnect: () => void ask((api) => api.reconnect()),
    refreshDurability: () => void ask((api) => api.refreshDurability()),
    wake: () => void ask((api) => api.wake()),
    query: async <Asked extends Query>(query: Asked) => {
      const answer = await ask((api) => api.query(query));
      if (answer.type === 'gone') return unanswered('worker-gone', answer.detail);
      const { value } = answer;
      if (value.type === 'no-answer' || answers(query, value)) return value;
      return unanswered('bad-query', `it was answered as ${value.type}`);
    },
    restart: () => {
      stop();
      start();
    },
    close: () => {
      stop();
      deps.onState({ name: 'closed' });
    },
  };
}

/** The real worker. `onFailure`: its script does not load, or something in it was not caught. */
export const connectWorker: Connect = (onFailure) => {
  const worker = startWorker(workerScript, 'huskies');
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    onFailure(event.message || 'The worker script could not be loaded.');
  });
  worker.addEventListener('messageerror', () => onFailure('A message could not be read.'));
  const api = wrap<ReplicaApi>(worker);
  return {
    api,
    release: () => {
      api[releaseProxy]();
      worker.terminate();
    },
  };
};

function answers<Asked extends Query>(
  query: Asked,
  answer: QueryAnswer,
): answer is AnswerTo<Asked> {
  return answer.type === query.type;
}

function unanswered(reason: Unanswered['reason'], detail: string): Unanswered {
  return { type: 'no-answer', reason, detail };
}

type Answer<Value> =
  | { readonly type: 'answered'; readonly value: Value }
  | { readonly type: 'gone'; readonly detail: string };

/** The worker's answer, or that it will not come. Never rejects. */
function answerOf<Value>(life: Life, question: () => Promise<Value>): Promise<Answer<Value>> {
  return Promise.race([
    question().then(
      (value) => ({ type: 'answered', value }) as const,
      (error: unknown) => ({ type: 'gone', detail: describe(error) }) as const,
    ),
    life.gone.then((detail) => ({ type: 'gone', detail }) as const),
  ]);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
