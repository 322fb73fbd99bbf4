// @vitest-environment jsdom
import { fireEvent, render, screen, within } from '@solidjs/testing-library';
import { createSignal } from 'solid-js';
import { expect, test, vi } from 'vitest';
import type { OfflineCopy } from '../../src/app/offlineCopy.ts';
import { browserStorage } from '../../src/pageStorage.ts';
import { createPipelineShare } from '../../src/sharedPipeline.ts';
import { AppNotice } from '../../src/ui/AppNotice.tsx';
import { Board } from '../../src/ui/Board.tsx';
import type { Durability } from '../../worker/api.ts';
import { createFakeReplica } from '../support/fakeReplica.ts';
import { announced, eventually, press, story } from './boardOnFake.tsx';

async function boardWithNotice(durability: Durability) {
  const fake = createFakeReplica({ items: [story(1)], status: { durability } });
  const share = createPipelineShare({ connect: fake.connect, storage: browserStorage });
  const { pipeline } = share.acquire({ pipeline: 'default', address: null });
  const [state, setState] = createSignal<OfflineCopy>({ name: 'kept' });
  const reload = vi.fn();
  const update = vi.fn();
  const copy = { state, update, keep: async () => {}, remove: async () => {} };
  render(() => (
    <Board pipeline={pipeline} place="page" readonly={false} theme="auto">
      <AppNotice copy={copy} reload={reload} />
    </Board>
  ));
  await eventually(() => expect(pipeline.store.status()).not.toBeNull());
  const notice = () => screen.queryByRole('complementary', { name: 'This app' });
  const button = (name: string) => within(notice()!).getByRole('button', { name });
  return { setState, reload, update, notice, button };
}

test('APP6 a board with nothing open says that a new version waits, and reloads when it has taken over', async () => {
  const { setState, reload, update, notice, button } = await boardWithNotice('persisted');
  expect(notice()).toBeNull();
  setState({ name: 'update-waits' });
  expect(announced()).toBe('A new version is here.');
  expect(notice()?.textContent).toContain('Edits are kept');
  fireEvent.click(button('Update'));
  expect([update.mock.calls.length, reload.mock.calls.length]).toEqual([1, 0]);
  setState({ name: 'replaced' });
  expect(reload).toHaveBeenCalledOnce();
});

test('APP6 a board with a form open waits and says so, and reloads on request', async () => {
  const { setState, reload, button } = await boardWithNotice('persisted');
  press('c');
  await eventually(() => expect(screen.queryByRole('dialog')).not.toBeNull());
  setState({ name: 'replaced' });
  expect(reload).not.toHaveBeenCalled();
  fireEvent.click(button('Reload'));
  expect(reload).toHaveBeenCalledOnce();
});

test('APP6 a board that keeps nothing says what a reload loses, and offers no update', async () => {
  const { setState, reload, notice, button } = await boardWithNotice('memory');
  setState({ name: 'update-waits' });
  expect(notice()?.textContent).toContain('edits not yet shared are lost');
  expect(within(notice()!).queryByRole('button', { name: 'Update' })).toBeNull();
  setState({ name: 'replaced' });
  expect(reload).not.toHaveBeenCalled();
  expect(button('Reload and lose them')).not.toBeNull();
});
