// @vitest-environment jsdom
import { fireEvent, screen, within } from '@solidjs/testing-library';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { bundleText } from '../../src/ui/texts/bugBundle.ts';
import type { BundleFacts, Query } from '../../worker/api.ts';
import { LIVE_STATUS } from '../support/fakeReplica.ts';
import { announced, boardOnFake, eventually, focused, story } from './boardOnFake.tsx';

const FACTS: BundleFacts = {
  pipeline: 'elsewhere',
  page: {
    savedAtMs: new Date(2026, 0, 2, 15, 4).getTime(),
    browser: 'Another browser',
    settings: { theme: 'dark' },
    status: { ...LIVE_STATUS, role: 'alone' },
  },
  inspection: {
    recorder: 'x',
    frames: [],
    ops: [],
    refusals: [{ number: 1, atMs: 0, what: 'op', reason: 'wrong-id', detail: '' }],
    held: [],
    peer: null,
    roundTripsMs: [],
  },
  ops: 1200,
  held: 2,
};

beforeEach(() => {
  history.replaceState(null, '', '?view=inspector');
  localStorage.clear();
});

afterEach(() => {
  vi.restoreAllMocks();
  history.replaceState(null, '', '/');
});

async function openInspector() {
  const asked: Query[] = [];
  const board = await boardOnFake({
    items: [story(1)],
    answer(query) {
      asked.push(query);
      switch (query.type) {
        case 'inspect':
          return { type: 'inspect', inspection: FACTS.inspection };
        case 'bug-bundle':
          return { type: 'bug-bundle', text: '{"the":"bundle"}' };
        case 'bundle-facts':
          return { type: 'bundle-facts', facts: FACTS };
        default:
          return undefined;
      }
    },
  });
  await screen.findByRole('button', { name: 'Save a bug bundle' });
  return { ...board, asked };
}

function choose(file: File): void {
  const input = document.querySelector('input[type=file]');
  if (input === null) throw new Error('There is no place for a file.');
  fireEvent.change(input, { target: { files: [file] } });
}

test('INS25 a bug bundle is saved with status and settings, but without the names of people', async () => {
  localStorage.setItem(
    'huskies.settings.default',
    JSON.stringify({ theme: 'dark', keyNames: { ['ab'.repeat(32)]: 'Ann' } }),
  );
  const saved: Blob[] = [];
  URL.createObjectURL = (blob: Blob) => `blob:${saved.push(blob)}`;
  URL.revokeObjectURL = () => {};
  const clicked = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => {});
  const { asked } = await openInspector();
  fireEvent.click(screen.getByRole('button', { name: 'Save a bug bundle' }));
  await eventually(() => expect(announced()).toBe('The bug bundle was saved.'));
  expect(await saved[0]?.text()).toBe('{"the":"bundle"}');
  const [link] = clicked.mock.contexts as HTMLAnchorElement[];
  expect(link?.download).toMatch(/^huskies-default-bug-\d{4}-\d\d-\d\dT\d{4}\.json$/);
  const query = asked.find(({ type }) => type === 'bug-bundle');
  expect(query).toMatchObject({ page: { status: LIVE_STATUS, settings: { density: 'roomy' } } });
  expect(JSON.stringify(query)).not.toContain('Ann');
});

test('INS26 a bundle is shown as a board to look at, says what it is, and can be left', async () => {
  const { fake } = await openInspector();
  const file = new File(['{}'], 'bundle.json');
  choose(file);
  const shown = within(await screen.findByRole('region', { name: 'Bug bundle' }));
  await shown.findByText(bundleText(FACTS));
  expect(bundleText(FACTS)).toBe(
    'This is a bug bundle, not your board: pipeline elsewhere as it was on Jan 2, 2026, 3:04 PM, with 1,202 edits, of which 2 waited for others. It can only be looked at, and nothing of it is kept or sent.',
  );
  expect([fake.opened.at(-1)?.bundle, fake.opened.at(-1)?.address]).toEqual([file, null]);
  await shown.findByRole('button', { name: /^1 S1/ });
  expect(shown.queryByRole('button', { name: 'Add story' })).toBeNull();

  fireEvent.click(shown.getByRole('button', { name: 'What was seen' }));
  expect(shown.getByText('Another browser; theme dark')).toBeDefined();
  expect(shown.getByText('wrong-id')).toBeDefined();
  expect(shown.getByText('Syncs for itself alone')).toBeDefined();

  fireEvent.click(shown.getByRole('button', { name: 'Leave the bundle' }));
  expect([focused(), announced()]).toEqual([
    'Open a bug bundle…',
    'You are back at your own board.',
  ]);
  const ended = (): readonly string[] =>
    fake.calls.filter((call) => call === 'close' || call === 'release');
  await eventually(() => expect(ended()).toEqual(['close', 'release']));
});

test('INS26 keys pressed in a bundle do nothing to the board underneath', async () => {
  await openInspector();
  choose(new File(['{}'], 'bundle.json'));
  const shown = within(await screen.findByRole('region', { name: 'Bug bundle' }));
  const card = await shown.findByRole('button', { name: /^1 S1/ });
  fireEvent.keyDown(card, { key: 'c' });
  expect(screen.queryByRole('dialog', { name: 'Add a story' })).toBeNull();
});
