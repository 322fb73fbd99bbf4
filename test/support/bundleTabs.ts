/** Tabs that save a bug bundle, and what they save. */

import type { BugBundle, BundlePage, OpenOptions, QueryAnswer, Status } from '../../worker/api.ts';
import { parseBundle } from '../../worker/bugBundle.ts';
import { encodeBulk } from '../../worker/wire/frames.ts';
import { LIVE_STATUS } from './fakeReplica.ts';
import { dumpRecords, textOf } from './opRecords.ts';
import { settle } from './settle.ts';
import { createTabHall, type HallTab } from './tabHall.ts';

export const OPTIONS: OpenOptions = { pipeline: 'default', address: 'ws://relay/crdt-sync' };

export const PAGE: BundlePage = {
  savedAtMs: 1_700_000_000_000,
  browser: 'A browser 1.0',
  settings: { theme: 'dark', staleClaimMinutes: 60 },
  status: { ...LIVE_STATUS, address: 'wss://ann:secret@relay.example/crdt-sync/x?token=secret#y' },
};

export async function openTab(hallTab: HallTab, options: OpenOptions = OPTIONS): Promise<HallTab> {
  const outcome = await hallTab.tab.open(options, hallTab.stream);
  if (outcome.type === 'refused') throw new Error(outcome.detail);
  return hallTab;
}

export async function ask<Type extends QueryAnswer['type']>(
  { tab }: HallTab,
  query: Parameters<typeof tab.query>[0] & { readonly type: Type },
): Promise<Extract<QueryAnswer, { type: Type }>> {
  const answer = await tab.query(query);
  if (answer.type !== query.type) throw new Error(JSON.stringify(answer));
  return answer as Extract<QueryAnswer, { type: Type }>;
}

export const save = async (hallTab: HallTab): Promise<string> =>
  (await ask(hallTab, { type: 'bug-bundle', page: PAGE })).text;

export function lastStatus({ messages }: HallTab): Status | undefined {
  return messages.flatMap((one) => (one.type === 'status' ? [one.status] : [])).at(-1);
}

/** A leader with its own ops, ops of others, and one that waits. */
export async function openBusyTab(): Promise<HallTab> {
  const leader = await openTab(createTabHall().createTab());
  const { pair, peer } = leader.dialler.last();
  pair.open();
  const texts = dumpRecords(60).map(textOf);
  peer.send(encodeBulk([...texts.slice(0, 40), ...texts.slice(50, 51)], 0));
  pair.listener.deliver();
  await settle();
  for (const name of ['One', 'Two']) await leader.tab.command({ type: 'add', fields: { name } });
  return leader;
}

/** Throws if it is none. */
export function readBundle(text: string): BugBundle {
  const parsed = parseBundle(text);
  if (parsed.type === 'rejected') throw new Error(parsed.detail);
  return parsed.bundle;
}
