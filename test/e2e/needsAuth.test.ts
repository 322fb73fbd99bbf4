import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { createToken, hashToken } from '../../worker/relay/access/tokens.ts';
import { nodeRandom } from '../../worker/relay/nodeSystem.ts';
import { findBarriers } from '../support/axe.ts';
import { eventually, openBoard } from '../support/boardPage.ts';
import { test } from '../support/world.ts';

const FIELDS = 'name = "ann"\nrole = "write"\npipelines = "*"\n';

test('E2E96 a page that is not let in shows its key, and gives a token; once it is in it syncs, and is cut off when it is taken off the list', async ({
  world,
  onTestFinished,
}) => {
  const folder = mkdtempSync(join(tmpdir(), 'huskies-access-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const startRelay = (auth: 'token' | 'keys') => {
    const access = join(folder, `${auth}.toml`);
    writeFileSync(access, '');
    return world.startRelay({ config: `auth = "${auth}"\naccess = ${JSON.stringify(access)}\n` });
  };
  const ann = await world.newVisitor('ann');
  ann.expectErrors(/not let in/);
  const relay = await startRelay('keys');
  const board = await openBoard(ann, `${relay.origin}/`);
  await eventually(board.shownStatus).toMatchObject({ socket: 'needs-auth' });
  await board.addStory('Made outside');
  await board.status.getByRole('button', { name: 'What to do…' }).click();
  const sheet = board.root.getByRole('dialog', { name: 'Access to the relay' });
  expect(await findBarriers(board.page, 'access to a relay', null)).toEqual([]);
  const key = await sheet.getByLabel('Your public key').inputValue();
  writeFileSync(join(folder, 'keys.toml'), `[[key]]\nkey = "${key}"\n${FIELDS}`);
  await eventually(() => relay.output()).toContain('the access file has changed');
  await sheet.getByRole('button', { name: 'Try again' }).click();
  await board.untilInSync();
  expect(await sheet.count()).toBe(0);
  writeFileSync(join(folder, 'keys.toml'), '# nobody\n');
  await eventually(board.shownStatus).toMatchObject({ socket: 'needs-auth' });

  const other = await startRelay('token');
  const token = createToken(nodeRandom);
  writeFileSync(join(folder, 'token.toml'), `[[token]]\nsha256 = "${hashToken(token)}"\n${FIELDS}`);
  await eventually(() => other.output()).toContain('the access file has changed');
  const bob = await world.newVisitor('bob');
  bob.expectErrors(/not let in/);
  const asked = await openBoard(bob, `${other.origin}/`);
  await asked.status.getByRole('button', { name: 'Give a token…' }).click();
  await asked.root.getByLabel('Token').fill(token);
  await asked.root.getByRole('button', { name: 'Use this token' }).click();
  await asked.untilInSync();
  await asked.page.reload();
  await asked.untilInSync();
  expect(other.output()).not.toContain(token);
});
