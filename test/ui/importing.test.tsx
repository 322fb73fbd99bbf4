import { fireEvent, screen } from '@solidjs/testing-library';
import { expect, test } from 'vitest';
import { writeStoryJson } from '../../src/transfer/storyJson.ts';
import { announced, boardOnFake, clickIn, eventually, shownCards, story } from './boardOnFake.tsx';

async function chooseFile(name: string, text: string): Promise<void> {
  screen.getByRole('button', { name: 'Files' }).click();
  (await screen.findByRole('menuitem', { name: 'Import…' })).click();
  await screen.findByRole('dialog', { name: 'Import' });
  const input = document.querySelector('.import input[type=file]') as HTMLInputElement;
  fireEvent.change(input, { target: { files: [new File([text], name)] } });
}

const lines = (part: 'counts' | 'refused'): readonly (string | null)[] =>
  [...document.querySelectorAll(`.import-${part} li`)].map((line) => line.textContent);

const state = () => document.querySelector('[data-import]')?.getAttribute('data-import');

test('IMP12 nothing is imported before it is asked for, and then as one step', async () => {
  const { fake } = await boardOnFake({ items: [story(1), story(2)] });
  const items = [story(1), story(2, { agent: 'ann' }), story(3)];
  await chooseFile('stories.json', writeStoryJson('default', items));
  await eventually(() => expect(state()).toBe('stories'));
  expect(announced()).toBe('The file was read. Nothing is imported yet.');
  expect(lines('counts')).toEqual([
    '1 story new',
    '1 story on the board already, and different there',
    '1 story on the board just so',
  ]);
  expect(fake.commands).toEqual([]);
  fireEvent.click(screen.getByRole('radio', { name: 'Take the file’s values' }));
  clickIn('dialog', 'Import', 'Import 2 stories');
  await eventually(() => expect(state()).toBe('done'));
  expect(lines('counts')).toEqual(['1 story added', '1 story changed', '1 story not changed']);
  clickIn('dialog', 'Import', 'Close');
  await eventually(() => expect(shownCards()['1_backlog']).toHaveLength(3));
  fireEvent.keyDown(document.body, { key: 'u' });
  await eventually(() => expect(shownCards()['1_backlog']).toHaveLength(2));
});

test('IMP13 an import that is cancelled stops between slices and reports what it did', async () => {
  const { fake } = await boardOnFake({ items: [story(1)] });
  const items = Array.from({ length: 100 }, (_, index) => story(index + 2));
  await chooseFile('stories.json', writeStoryJson('default', items));
  await eventually(() => expect(state()).toBe('stories'));
  clickIn('dialog', 'Import', 'Import 100 stories');
  clickIn('dialog', 'Import', 'Cancel');
  await eventually(() => expect(state()).toBe('done'));
  expect(lines('counts')).toEqual(['64 stories added', '36 were not begun: cancelled']);
  expect(fake.commands).toHaveLength(64);
});

test('IMP14 what cannot be read is said, and another file can be chosen', async () => {
  await boardOnFake({ items: [story(1)] });
  await chooseFile('picture.png', 'no,columns\nof,ours');
  const problem = await screen.findByRole('alert');
  expect(problem.textContent).toMatch(/^The file holds neither ops nor stories/);
  expect(screen.getByRole('button', { name: 'Choose a file' })).toBeDefined();
  expect(screen.getByRole('dialog', { name: 'Import' })).toBeDefined();
});
