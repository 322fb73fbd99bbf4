/**
 * A board on a fake replica in jsdom, and stand-ins for what jsdom lacks: modal dialogs, popovers,
 * scrolling. Where a test depends on what they really do, it is a browser test.
 */
import {
  cleanup,
  configure,
  fireEvent,
  render,
  screen,
  waitFor,
  within,
} from '@solidjs/testing-library';
import { createSignal } from 'solid-js';
import { afterEach, vi } from 'vitest';
import { browserStorage } from '../../src/pageStorage.ts';
import { createPipelineShare, type Pipeline } from '../../src/sharedPipeline.ts';
import { Board } from '../../src/ui/Board.tsx';
import { loadOverlays } from '../../src/ui/BoardOverlays.tsx';
import type { ItemFields, ItemView } from '../../worker/api.ts';
import {
  createFakeReplica,
  EMPTY_FIELDS,
  type FakeReplica,
  type FakeReplicaOptions,
  itemId,
} from '../support/fakeReplica.ts';

export interface BoardOnFake {
  readonly fake: FakeReplica;
  readonly pipeline: Pipeline;
  setReadonly(readonly: boolean): void;
}

const options = { pipeline: 'default', address: 'ws://127.0.0.1:3001/crdt-sync' } as const;
const releases: (() => void)[] = [];

// Whether something is hidden is for browser tests: jsdom knows no popovers, and asks slowly.
// A page of markup with each failure would hide the failure.
configure({
  defaultHidden: true,
  asyncUtilTimeout: 10_000,
  getElementError: (message) => new Error(message?.split('\n\n')[0]),
});

afterEach(() => {
  cleanup();
  for (const release of releases.splice(0)) release();
});

installStandIns();
// On a busy machine jsdom is slow; a test that hangs still fails.
vi.setConfig({ testTimeout: 30_000 });

/** Renders a board and waits until it shows what the fake sent, and has what is opened on it. */
export async function boardOnFake(
  fakeOptions: FakeReplicaOptions = {},
  place: 'page' | 'embedded' = 'page',
): Promise<BoardOnFake> {
  await loadOverlays();
  const fake = createFakeReplica(fakeOptions);
  const { pipeline, release } = createPipelineShare({
    connect: fake.connect,
    storage: browserStorage,
  }).acquire(options);
  const [readonly, setReadonly] = createSignal(false);
  releases.push(release);
  render(() => <Board pipeline={pipeline} place={place} readonly={readonly()} theme="auto" />);
  await waitFor(() => {
    if (pipeline.state().name === 'opening' || pipeline.store.status() === null) {
      throw new Error('The fake replica has not answered.');
    }
  });
  return { fake, pipeline, setReadonly };
}

/** Story `number` of type story in the backlog, with what is told apart. */
export function story(number: number, fields: Partial<ItemFields> = {}): ItemView {
  const own = { story_id: `${number}_story_s${number}`, name: `S${number}`, stage: '1_backlog' };
  return { id: itemId(number), fields: { ...EMPTY_FIELDS, ...own, ...fields } };
}

export function card(number: number): HTMLElement {
  const found = document.querySelector<HTMLElement>(`[data-item-id="${itemId(number)}"]`);
  if (found === null) throw new Error(`No card of story ${number}.`);
  return found;
}

export function cardButton(number: number): HTMLElement {
  return within(card(number)).getAllByRole('button')[0] as HTMLElement;
}

/** Labels of the cards by stage, for columns that have some. */
export function shownCards(): { readonly [stage: string]: readonly string[] } {
  const columns = [...document.querySelectorAll('section[data-stage]')].map((column) => [
    column.getAttribute('data-stage') ?? '',
    [...column.querySelectorAll('.card-open')].map((open) => open.getAttribute('aria-label') ?? ''),
  ]);
  return Object.fromEntries(columns.filter(([, cards]) => cards?.length !== 0));
}

export function press(key: string): void {
  fireEvent.keyDown(document.activeElement ?? document.body, { key });
}

export function type(label: string, text: string): void {
  const field = within(screen.getByRole('dialog')).getByLabelText(label);
  const changes = field instanceof HTMLSelectElement;
  fireEvent[changes ? 'change' : 'input'](field, { target: { value: text } });
}

export function clickIn(role: 'dialog' | 'status' | 'region', name: string, button: string): void {
  fireEvent.click(within(screen.getByRole(role, { name })).getByRole('button', { name: button }));
}

/** Label of what has the focus, by its name for screen readers or its text. */
export function focused(): string {
  const active = document.activeElement;
  return active?.getAttribute('aria-label') ?? active?.textContent ?? '';
}

export function announced(): string {
  return document.querySelector('[data-announcer]')?.textContent ?? '';
}

/** Waits until the expectation holds. */
export const eventually = (expectation: () => void): Promise<void> => waitFor(expectation);

function installStandIns(): void {
  const dialog = HTMLDialogElement.prototype;
  dialog.showModal = function showModal(this: HTMLDialogElement) {
    this.setAttribute('open', '');
    const first = this.querySelector<HTMLElement>('[autofocus], button, input, textarea, select');
    first?.focus();
  };
  dialog.close = function close(this: HTMLDialogElement) {
    this.removeAttribute('open');
  };
  HTMLElement.prototype.showPopover = () => {};
  Element.prototype.scrollIntoView = () => {};
  Element.prototype.scrollTo = () => {};
}
