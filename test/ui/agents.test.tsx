// @vitest-environment jsdom
import { fireEvent, screen, within } from '@solidjs/testing-library';
import { afterEach, expect, test } from 'vitest';
import { itemId } from '../support/fakeReplica.ts';
import { boardOnFake, eventually, focused, story } from './boardOnFake.tsx';

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
