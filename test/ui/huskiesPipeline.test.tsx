// @vitest-environment jsdom
import { waitFor } from '@solidjs/testing-library';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { defineHuskiesPipeline } from '../../src/embed/huskiesPipeline.tsx';
import { browserStorage } from '../../src/pageStorage.ts';
import { createPipelineShare } from '../../src/sharedPipeline.ts';
import { createFakeReplica } from '../support/fakeReplica.ts';
import { story } from './boardOnFake.tsx';

const fake = createFakeReplica({ items: [story(1)] });
const counted = (call: string): number => fake.calls.filter((made) => made === call).length;

beforeAll(() => {
  const share = createPipelineShare({ connect: fake.connect, storage: browserStorage });
  defineHuskiesPipeline('huskies-pipeline', share);
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
