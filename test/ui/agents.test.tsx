// @vitest-environment jsdom
import { fireEvent, screen, within } from '@solidjs/testing-library';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { itemId } from '../support/fakeReplica.ts';
import { boardOnFake, eventually, focused, shownCards, story } from './boardOnFake.tsx';

afterEach(() => history.replaceState(null, '', '/'));

const ann = 'ab'.repeat(32);
const lane = (name: RegExp) => screen.findByRole('region', { name });
const rows = (region: HTMLElement) =>
  within(region)
    .queryAllByRole('listitem')
    .map((row) => [...row.querySelectorAll('button, dt')].map((part) => part.textContent).join());

test('AGE4 the view has a lane for what needs a person and one for each agent, which follow the stories', async () => {
  history.replaceState(null, '', '/?view=agents');
  const { fake } = await boardOnFake({
    items: [
      story(1, { agent: 'coder', stage: '2_current', blocked: true }),
      story(2, { agent: 'coder', depends_on: '1' }),
      story(3, { claimed_by: ann, claimed_at: Date.now() / 1000 }),
    ],
  });
  const person = await lane(/^Needs a person 1 story/);
  expect(rows(person)).toEqual(['1 S1, Current,Blocked,Not claimed']);
  expect(rows(await lane(/^coder 2 stories/))).toEqual([
    '1 S1, Current,Blocked,Not claimed',
    '2 S2, Backlog,Waits,Not claimed',
  ]);
  const unnamed = await lane(/^No agent named/);
  expect(rows(unnamed)).toEqual(['3 S3, Backlog,Claimed']);
  const button = within(await lane(/^coder/)).getAllByRole('button')[0] as HTMLElement;
  button.focus();
  fake.change({ type: 'update', id: itemId(1), fields: { blocked: false } });
  await eventually(() => expect(screen.getByText('Nothing asks for a person.')).not.toBeNull());
  expect(focused()).toBe('1 S1, Current');
  fireEvent.click(button);
  await eventually(() => expect(location.search).toContain('story=1_story_s1'));
});

test('AGE5 the count of a lane leads to its stories on the board, and Back to the lanes', async () => {
  history.replaceState(null, '', '/?view=agents');
  await boardOnFake({
    items: [
      story(1, { agent: 'coder 1', blocked: true }),
      story(2, { agent: 'coder 1' }),
      story(3, { agent: 'coder 1', stage: '5_done' }),
      story(4),
    ],
  });
  fireEvent.click(within(await lane(/^coder 1/)).getByRole('link', { name: '2 stories' }));
  await eventually(() =>
    expect(shownCards()).toEqual({ '1_backlog': [expect.any(String), expect.any(String)] }),
  );
  expect(new URLSearchParams(location.search).get('filter')).toBe(
    'agent:"coder 1" -stage:5_done -stage:6_archived',
  );
  history.back();
  await lane(/^Needs a person 1 story/);
});

test('FIL7 the board shows what needs a person as other stories and the clock have it', async () => {
  const nowMs = Date.now();
  vi.useFakeTimers({ now: nowMs, toFake: ['Date', 'setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  history.replaceState(null, '', '/?filter=is%3Aneeds-person');
  const { fake } = await boardOnFake({
    items: [
      story(1, { blocked: true }),
      story(2, { depends_on: '3' }),
      story(3),
      story(4, { claimed_by: ann, claimed_at: nowMs / 1000 - 3590 }),
    ],
  });
  const shown = () =>
    Object.values(shownCards())
      .flat()
      .map((label) => label.match(/\d+/)?.[0]);
  await eventually(() => expect(shown()).toEqual(['1']));
  fake.change({ type: 'remove', id: itemId(3) });
  await eventually(() => expect(shown()).toEqual(['1', '2']));
  fake.change({ type: 'update', id: itemId(1), fields: { blocked: false } });
  await eventually(() => expect(shown()).toEqual(['2']));
  vi.advanceTimersByTime(60_000);
  await eventually(() => expect(shown()).toEqual(['2', '4']));
});
