// @vitest-environment jsdom
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '@solidjs/testing-library';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { defineHuskiesPipeline } from '../../src/embed/huskiesPipeline.tsx';
import { browserStorage } from '../../src/pageStorage.ts';
import { createPipelineShare } from '../../src/sharedPipeline.ts';
import { createFakeReplica } from '../support/fakeReplica.ts';
import { filesUnder, root } from '../support/sourceCode.ts';
import { story } from './boardOnFake.tsx';

const fake = createFakeReplica({ items: [story(1)] });
const counted = (call: string): number => fake.calls.filter((made) => made === call).length;

beforeAll(() => {
  const share = createPipelineShare({ connect: fake.connect, storage: browserStorage });
  defineHuskiesPipeline('huskies-pipeline', { share, home: location.origin });
});

afterEach(async () => {
  document.body.replaceChildren();
  await waitFor(() => expect(counted('release')).toBe(counted('start')));
});

test('EMB1 the element shows the board in an open shadow root', async () => {
  const element = await place(
    '<huskies-pipeline relay="ws://relay:3001/crdt-sync"></huskies-pipeline>',
  );
  expect(element.shadowRoot?.mode).toBe('open');
  expect(element.querySelector('[data-item-id]')).toBeNull();
  const board = element.shadowRoot?.querySelector('[data-phase]');
  expect(board?.getAttribute('aria-label')).toBe('Pipeline default');
  expect(fake.opened.at(-1)).toMatchObject({
    pipeline: 'default',
    address: 'ws://relay:3001/crdt-sync',
  });
});

test('EMB2 an element that leaves lets go of everything, and shows the board again when it returns', async () => {
  const element = await place('<huskies-pipeline></huskies-pipeline>');
  const starts = counted('start');
  element.remove();
  await waitFor(() => expect(counted('release')).toBe(starts));
  expect(element.shadowRoot?.childElementCount).toBe(0);
  document.body.append(element);
  await untilShown(element);
  expect(counted('start')).toBe(starts + 1);
});

test('EMB3 an element that is moved in its page keeps its board and its worker', async () => {
  const element = await place('<huskies-pipeline></huskies-pipeline>');
  const board = element.shadowRoot?.querySelector('[data-phase]');
  const starts = counted('start');
  document.body.appendChild(document.createElement('div')).append(element);
  await Promise.resolve();
  expect(element.shadowRoot?.querySelector('[data-phase]')).toBe(board);
  expect([counted('start'), counted('close')]).toEqual([starts, starts - 1]);
});

test('EMB4 two elements of one pipeline share a worker, and one of another has its own', async () => {
  const starts = counted('start');
  await place('<huskies-pipeline></huskies-pipeline>');
  await place('<huskies-pipeline></huskies-pipeline>');
  expect(counted('start')).toBe(starts + 1);
  await place('<huskies-pipeline pipeline="web"></huskies-pipeline>');
  expect(counted('start')).toBe(starts + 2);
  expect(fake.opened.at(-1)?.pipeline).toBe('web');
});

test('EMB5 theme and readonly apply at once; pipeline and relay open anew', async () => {
  const element = await place('<huskies-pipeline theme="dark"></huskies-pipeline>');
  const board = element.shadowRoot?.querySelector<HTMLElement>('[data-phase]');
  const opens = counted('open');
  expect(board?.dataset['theme']).toBe('dark');
  element.setAttribute('theme', 'nonsense');
  expect(board?.dataset['theme']).toBe('auto');
  expect(board?.textContent).toContain('Add story');
  element.setAttribute('readonly', '');
  expect(board?.textContent).not.toContain('Add story');
  expect(counted('open')).toBe(opens);
  element.setAttribute('pipeline', 'web');
  await untilShown(element);
  expect(fake.opened.at(-1)?.pipeline).toBe('web');
});

test('EMB6 an attribute that names no pipeline or relay is answered by a sentence, until it does', async () => {
  const starts = counted('start');
  document.body.innerHTML = '<huskies-pipeline pipeline="../x"></huskies-pipeline>';
  const element = document.body.firstElementChild as HTMLElement;
  expect(element.shadowRoot?.textContent).toContain('“../x” is no pipeline name');
  expect(counted('start')).toBe(starts);
  element.setAttribute('pipeline', 'x');
  await untilShown(element);
});

test('EMB7 stages and filter narrow the board, and apply at once without a new replica', async () => {
  const element = await place('<huskies-pipeline stages="2_current, 3_qa"></huskies-pipeline>');
  const opens = counted('open');
  expect(shownStages(element)).toEqual(['2_current', '3_qa']);
  element.setAttribute('stages', '1_backlog');
  await waitFor(() => expect(shownStages(element)).toEqual(['1_backlog']));
  expect(shownNames(element)).toEqual(['1_story_s1']);
  element.setAttribute('filter', 'nobody');
  await waitFor(() => expect(shownNames(element)).toEqual([]));
  element.removeAttribute('filter');
  await waitFor(() => expect(shownNames(element)).toEqual(['1_story_s1']));
  expect(counted('open')).toBe(opens);
});

test('EMB8 stages or a filter that cannot be followed are answered by a sentence, until they can', async () => {
  const element = await place('<huskies-pipeline></huskies-pipeline>');
  const told = heard(element, 'huskies-error');
  element.setAttribute('stages', '2_current <b>');
  const sentence = 'is no name of a stage';
  expect(element.shadowRoot?.textContent).toContain(`“<b>” ${sentence}`);
  expect(told()).toMatchObject([{ reason: 'bad-attribute' }]);
  element.setAttribute('stages', '2_current');
  await untilShown(element);
  element.setAttribute('filter', 'x'.repeat(600));
  expect(element.shadowRoot?.textContent).toContain('too long');
  element.setAttribute('filter', 'x');
  await untilShown(element);
});

test('EMB9 compact applies at once, and leaves what the board cannot do without', async () => {
  const element = await place('<huskies-pipeline compact></huskies-pipeline>');
  const board = element.shadowRoot?.querySelector<HTMLElement>('[part="board"]');
  expect([board?.dataset['density'], board?.dataset['compact']]).toEqual(['dense', '']);
  element.removeAttribute('compact');
  expect([board?.dataset['density'], board?.dataset['compact']]).toEqual(['roomy', undefined]);
});

test('EMB10 the page hears when stories are shown, change and are opened, and how the sync is', async () => {
  const element = document.createElement('huskies-pipeline');
  const names = ['huskies-ready', 'huskies-change', 'huskies-status', 'huskies-story-open'];
  const [ready, changes, statuses, opened] = names.map((name) => heard(document, name));
  document.body.append(element);
  await untilShown(element);
  expect(ready?.()).toEqual([{ pipeline: 'default', stories: 1 }]);
  const inSync = { pipeline: 'default', unacknowledged: 0 };
  await waitFor(() => expect(statuses?.().at(-1)).toMatchObject(inSync));
  expect(changes?.()).toEqual([]);
  fake.change({ type: 'insert', index: 1, item: story(2) });
  await waitFor(() => expect(changes?.()).toEqual([{ pipeline: 'default', stories: 2 }]));
  element.shadowRoot?.querySelector<HTMLElement>('.card-open')?.click();
  const told = { pipeline: 'default', storyId: '1_story_s1', name: 'S1', stage: '1_backlog' };
  expect(opened?.()).toEqual([told]);
  expect(element.shadowRoot?.querySelector('dialog, .story-panel')).not.toBeNull();
});

test('EMB11 a page that cancels the opening of a story shows it in its own way', async () => {
  const element = await place('<huskies-pipeline></huskies-pipeline>');
  element.addEventListener('huskies-story-open', (event) => event.preventDefault());
  element.shadowRoot?.querySelector<HTMLElement>('.card-open')?.click();
  await waitFor(() => expect(element.shadowRoot?.querySelector('dialog')).toBeNull());
});

test('EMB16 the custom-elements manifest names what the element has, and no more', () => {
  const read = (path: string) => readFileSync(join(root, path), 'utf8');
  const [module] = JSON.parse(read('custom-elements.json')).modules;
  const [declared] = module.declarations;
  const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name).sort();
  const all = (text: string, pattern: RegExp) =>
    [...new Set([...text.matchAll(pattern)].map(([, name]) => name ?? ''))].sort();
  const element: unknown = customElements.get('huskies-pipeline');
  const { observedAttributes } = element as { readonly observedAttributes: readonly string[] };
  expect(names(declared.attributes)).toEqual([...observedAttributes].sort());
  expect(names(declared.events)).toEqual(
    all(read('src/embed/events.ts'), /^ {2}readonly '(huskies-[\w-]+)':/gm),
  );
  const properties = all(read('src/ui/styles/theme.css'), /(--huskies-[\w-]+)/g);
  expect(names(declared.cssProperties)).toEqual(properties);
  const parts = filesUnder('src/ui').filter((path) => path.endsWith('.tsx'));
  expect(names(declared.cssParts)).toEqual(all(parts.map(read).join(''), / part="(\w+)"/g));
  const document = read('docs/embedding.md');
  const told = [declared.attributes, declared.events, declared.cssProperties].flatMap(names);
  expect(told.filter((name) => !document.includes(`\`${name}\``))).toEqual([]);
});

function shownStages(element: HTMLElement): readonly (string | null)[] {
  const columns = element.shadowRoot?.querySelectorAll('[part="column"]') ?? [];
  return [...columns].map((column) => column.getAttribute('data-stage'));
}

function shownNames(element: HTMLElement): readonly (string | null)[] {
  const cards = element.shadowRoot?.querySelectorAll('[part="card"]') ?? [];
  return [...cards].map((card) => card.getAttribute('data-story-id'));
}

/** Details of the events of this name that come from now on. */
function heard(target: EventTarget, name: string): () => readonly unknown[] {
  const details: unknown[] = [];
  target.addEventListener(name, (event) => {
    if (event instanceof CustomEvent) details.push(event.detail);
  });
  return () => details;
}

async function place(html: string): Promise<HTMLElement> {
  const holder = document.body.appendChild(document.createElement('div'));
  holder.innerHTML = html;
  const element = holder.firstElementChild as HTMLElement;
  await untilShown(element);
  return element;
}

async function untilShown(element: HTMLElement): Promise<void> {
  await waitFor(() => {
    expect(element.shadowRoot?.querySelector('[data-phase="ready"]')).not.toBeNull();
  });
}
