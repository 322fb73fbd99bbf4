import { createEffect, createMemo, Index, type JSX, on, Show } from 'solid-js';
import type { SocketStatus, Status } from '../../worker/api.ts';
import { isStopped } from '../replicaClient.ts';
import { createNow, useBoard } from './boardModel.ts';
import { lagText } from './texts/lag.ts';
import {
  accessText,
  durabilities,
  socketAnnouncement,
  socketText,
  status as texts,
} from './texts/status.ts';

/** `good` needs nothing, `busy` passes by itself, `poor` is worth knowing, `bad` needs somebody. */
type Tone = 'good' | 'busy' | 'poor' | 'bad';

interface Phrase {
  readonly tone: Tone;
  readonly text: string;
  readonly hint?: string;
}

const SECOND_MS = 1000;

/** What the user can end. */
const RETRIED: readonly SocketStatus['name'][] = ['stopped', 'refused', 'needs-auth', 'waiting'];

/** How the replica is, in words, always on the screen. */
export function StatusBar(): JSX.Element {
  const model = useBoard();
  const { store, client } = model.pipeline;
  // The last status of a replica that stopped says nothing of what is.
  const stopped = () => isStopped(model.pipeline.state());
  const status = () => (stopped() ? null : store.status());
  const socketName = createMemo(() => status()?.socket.name ?? null);

  createEffect(
    on(
      socketName,
      (name) => {
        const sentence = name === null ? null : socketAnnouncement(name);
        if (sentence !== null) model.messages.speak(sentence);
      },
      { defer: true },
    ),
  );

  return (
    <section
      class="status"
      part="status"
      aria-label={texts.label}
      data-socket={socketName() ?? 'none'}
      data-sync={status()?.sync.name ?? 'none'}
      data-unacknowledged={status()?.unacknowledgedOps ?? ''}
      data-durability={status()?.durability ?? 'none'}
      data-role={status()?.role ?? 'none'}
      data-held={status()?.held.ops ?? ''}
      data-rejected={rejectedOps(status())}
    >
      <ul class="status-list">
        <Show
          when={status()}
          fallback={
            <Item
              tone={stopped() ? 'bad' : 'busy'}
              text={stopped() ? texts.stopped : texts.starting}
            />
          }
        >
          {(known) => (
            <>
              <li class="status-item" data-tone={socketTone(known())}>
                <Show
                  when={known().socket.name === 'waiting'}
                  fallback={socketText(known().socket, known().address, 0)}
                >
                  <Countdown status={known()} />
                </Show>
                <Show when={accessText(known().socket)}>
                  {(text) => (
                    <button
                      type="button"
                      class="status-button"
                      on:click={() => model.open({ name: 'access' })}
                    >
                      {text()}
                    </button>
                  )}
                </Show>
                <Show when={RETRIED.includes(known().socket.name)}>
                  <button type="button" class="status-button" on:click={client.reconnect}>
                    {known().socket.name === 'waiting' ? texts.connectNow : texts.reconnect}
                  </button>
                </Show>
                <Show when={['open', 'connecting', 'waiting'].includes(known().socket.name)}>
                  <button type="button" class="status-button" on:click={client.disconnect}>
                    {texts.workOffline}
                  </button>
                </Show>
              </li>
              <Index each={phrases(known())}>
                {(phrase) => (
                  <Item tone={phrase().tone} text={phrase().text} hint={phrase().hint} />
                )}
              </Index>
            </>
          )}
        </Show>
      </ul>
    </section>
  );
}

function Item(props: {
  readonly tone: Tone;
  readonly text: string;
  readonly hint?: string | undefined;
}): JSX.Element {
  return (
    <li class="status-item" data-tone={props.tone} title={props.hint}>
      {props.text}
    </li>
  );
}

/** Its own component, so that a clock ticks only while there is something to count down. */
function Countdown(props: { readonly status: Status }): JSX.Element {
  const nowMs = createNow(SECOND_MS);
  return <>{socketText(props.status.socket, props.status.address, nowMs())}</>;
}

function socketTone({ socket }: Status): Tone {
  switch (socket.name) {
    case 'open':
      return 'good';
    case 'connecting':
      return 'busy';
    case 'idle':
    case 'stopped':
    case 'waiting':
      return 'poor';
    case 'refused':
    case 'needs-auth':
      return 'bad';
  }
}

function phrases(status: Status): readonly Phrase[] {
  const found: (Phrase | null)[] = [
    syncPhrase(status),
    status.unacknowledgedOps === 0
      ? { tone: 'good', text: texts.allShared }
      : { tone: 'busy', text: texts.unacknowledged(status.unacknowledgedOps) },
    {
      tone: {
        persisted: 'good',
        'best-effort': 'good',
        memory: 'poor',
        full: 'bad',
        broken: 'bad',
      }[status.durability] as Tone,
      text: durabilities[status.durability],
    },
    status.addedLagMs ? { tone: 'poor', text: lagText(status.addedLagMs) } : null,
    status.role === 'leader' ? null : { tone: 'good', text: texts[status.role] },
    status.held.ops === 0 ? null : { tone: 'busy', text: texts.held(status.held.ops) },
    status.damagedRecords === 0
      ? null
      : { tone: 'poor', text: texts.damaged(status.damagedRecords) },
    rejectedOps(status) === 0
      ? null
      : {
          tone: 'poor',
          text: texts.rejected(rejectedOps(status)),
          hint: Object.entries(status.rejected)
            .map(([reason, ops]) => `${reason}: ${ops}`)
            .join('\n'),
        },
  ];
  return found.filter((phrase) => phrase !== null);
}

function syncPhrase({ socket, sync }: Status): Phrase | null {
  if (socket.name !== 'open') return null;
  if (sync.name === 'catching-up') {
    return { tone: 'busy', text: texts.catchingUp(sync.done, sync.total) };
  }
  return { tone: 'good', text: texts.upToDate };
}

function rejectedOps(status: Status | null): number {
  return Object.values(status?.rejected ?? {}).reduce((sum, ops) => sum + ops, 0);
}
