import { expect, test } from 'vitest';
import { createHeightTeller, type HeightMessage } from '../src/embed/frameHeight.ts';
import { parseFrameQuery } from '../src/embed/frameQuery.ts';

const page = (query: string) => parseFrameQuery(`https://relay.example/embed.html${query}`);

test('EMB12 a frame is read-only unless its address says edit=yes, and takes what the element takes', () => {
  expect([...page('').attributes]).toEqual([['readonly', '']]);
  expect([...page('?edit=1').attributes]).toEqual([['readonly', '']]);
  expect([...page('?edit=yes&compact').attributes]).toEqual([['compact', '']]);
  const all = '?relay=ws://a/&pipeline=web&stages=3_qa&filter=type:bug&theme=dark&onload=x';
  expect([...page(all).attributes]).toEqual([
    ['relay', 'ws://a/'],
    ['pipeline', 'web'],
    ['stages', '3_qa'],
    ['filter', 'type:bug'],
    ['theme', 'dark'],
    ['readonly', ''],
  ]);
  expect(page('?pipeline=a&pipeline=b').attributes.get('pipeline')).toBe('a b');
});

test('EMB13 heights go to the one origin that the address names, and to nobody if it names none', () => {
  expect(page('').heightsFor).toBeNull();
  expect(page('?heights=https://desk.example').heightsFor).toBe('https://desk.example');
  const bad = ['*', 'https://desk.example/', 'desk.example', 'null', 'javascript:alert(1)'];
  const read = bad.map((text) => page(`?heights=${encodeURIComponent(text)}`).heightsFor);
  expect(read).toEqual(bad.map(() => null));
});

test('EMB14 a height is told once a frame at most, and again only when it changes', () => {
  const frames: (() => void)[] = [];
  const sent: HeightMessage[] = [];
  const heights: (number | null)[] = [null, 300, 301, 340, 340];
  const teller = createHeightTeller({
    pipeline: 'web',
    measure: () => heights.shift() ?? null,
    send: (message) => sent.push(message),
    onFrame: (run) => frames.push(run),
  });
  for (let frame = 0; frame < 5; frame += 1) {
    teller.look();
    teller.look();
    expect(frames.length).toBe(1);
    frames.shift()?.();
  }
  expect(sent).toEqual([
    { type: 'huskies-height', pipeline: 'web', heightPx: 300 },
    { type: 'huskies-height', pipeline: 'web', heightPx: 340 },
  ]);
});
