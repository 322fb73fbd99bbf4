import { ed25519 } from '@noble/curves/ed25519.js';
import { expect, test } from 'vitest';
import { isBundlePage } from '../worker/bugBundle.ts';
import { digestChallenge, encodeChallenge, parseProof } from '../worker/wire/accessFrames.ts';
import { ask, lastStatus, OPTIONS, openTab, PAGE, readBundle, save } from './support/bundleTabs.ts';
import { settle } from './support/settle.ts';
import { createTabHall, type HallTab } from './support/tabHall.ts';

const TOKEN = 'a-t0ken-that-is-secret';
const refused = { code: 4401, reason: 'this relay asks for a token', clean: true };

/** The first frame of the latest dial. */
async function greet({ dialler }: HallTab): Promise<string> {
  await settle();
  dialler.last().pair.open();
  return String(dialler.last().pair.dialler.sent[0]);
}

test('AUTH21 a token is kept for its address, shown at each dial of any tab, and forgotten', async () => {
  const hall = createTabHall();
  const first = await openTab(hall.createTab());
  expect(await greet(first)).not.toContain('token');
  first.dialler.last().end(refused);
  expect(lastStatus(first)?.socket).toEqual({
    name: 'needs-auth',
    asked: 'token',
    code: 4401,
    reason: 'this relay asks for a token',
  });
  expect(isBundlePage({ ...PAGE, status: lastStatus(first) })).toBe(true);
  await first.tab.setToken('two words');
  expect([hall.tokens.size, first.dialler.dials.length]).toEqual([0, 1]);
  await first.tab.setToken(TOKEN);
  expect(await greet(first)).toContain(`"token":"${TOKEN}"`);
  expect([...hall.tokens]).toEqual([[OPTIONS.address, TOKEN]]);
  expect(lastStatus(first)).toMatchObject({ hasToken: true, socket: { name: 'open' } });
  await first.tab.close();

  const later = await openTab(hall.createTab());
  expect(await greet(later)).toContain(`"token":"${TOKEN}"`);
  await later.tab.setToken(null);
  expect(await greet(later)).not.toContain('token');
  expect([hall.tokens.size, lastStatus(later)?.hasToken]).toEqual([0, undefined]);
});

test('AUTH22 a tab that follows shows what is asked, and gives the leader a token', async () => {
  const hall = createTabHall();
  const [leader, follower] = [hall.createTab(), hall.createTab()];
  for (const one of [leader, follower]) await openTab(one);
  await greet(leader);
  leader.dialler.last().end({ ...refused, reason: 'asked' });
  expect(lastStatus(follower)?.socket).toEqual(lastStatus(leader)?.socket);
  await follower.tab.setToken(TOKEN);
  expect(await greet(leader)).toContain(TOKEN);
  expect([follower.dialler.dials.length, lastStatus(follower)?.hasToken]).toEqual([0, true]);
});

test('AUTH23 neither token nor challenge nor proof is in logs, inspections, bundles or exports', async () => {
  const hall = createTabHall();
  const leader = await openTab(hall.createTab());
  await ask(leader, { type: 'inspect', since: null });
  await leader.tab.setToken(TOKEN);
  await leader.tab.command({ type: 'add', fields: { name: 'Mine' } });
  await greet(leader);
  const { pair, peer } = leader.dialler.last();
  const challenge = { nonce: '5a'.repeat(32), notAfterMs: 1_700_000_010_000 };
  peer.send(encodeChallenge(challenge));
  pair.listener.deliver();
  await settle();
  const proof = parseProof(String(pair.dialler.sent[1]));
  const place = { host: 'relay', pipeline: 'default' };
  const signer = lastStatus(leader)?.signer ?? '';
  expect(proof?.key).toBe(signer);
  const signature = Buffer.from(proof?.signature ?? '', 'hex');
  const digest = digestChallenge(place, challenge);
  expect(ed25519.verify(signature, digest, Buffer.from(signer, 'hex'))).toBe(true);

  const bundle = await save(leader);
  const inspected = JSON.stringify(await ask(leader, { type: 'inspect', since: null }));
  const exported = (await ask(leader, { type: 'export-ops' })).text;
  expect(readBundle(bundle).inspection.frames.map(({ kind }) => kind)).toEqual(['greeting']);
  const told = [bundle, inspected, exported, hall.logged(), JSON.stringify(leader.messages)];
  const secrets = [TOKEN, challenge.nonce, proof?.signature ?? ''];
  expect(told.filter((text) => secrets.some((secret) => text.includes(secret)))).toEqual([]);
});
