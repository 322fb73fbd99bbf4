/** A small pipeline as a team might have it, made by the import that users have. */
import type { Page } from 'playwright-core';

const MINUTE_S = 60;

const STORIES: readonly (readonly [
  storyId: string,
  name: string,
  stage: string,
  more?: { readonly [field: string]: string | number | boolean },
])[] = [
  ['31_story_read_ice', 'Read the ice before the dogs do', '1_backlog', { depends_on: '29, 25' }],
  [
    '30_bug_lost_glove',
    'A glove that is lost twice is counted once',
    '1_backlog',
    { blocked: true },
  ],
  [
    '29_spike_northern_route',
    'Is the northern route open in March?',
    '1_backlog',
    { depends_on: '21, 26' },
  ],
  ['28_refactor_knots', 'One knot for all harnesses', '1_backlog', { depends_on: '27' }],
  [
    '27_story_harness_sizes',
    'Harness sizes from the kennel book',
    '2_current',
    { agent: 'coder-1', claim: 12 },
  ],
  [
    '26_bug_map_upside_down',
    'The map is upside down after a whiteout',
    '2_current',
    { agent: 'coder-2', claim: 190, retry_count: 3 },
  ],
  ['25_story_night_camp', 'Choose the night camp by wind', '2_current', { depends_on: '26' }],
  ['24_story_feed_plan', 'Feed plan for fourteen dogs', '3_qa', { agent: 'qa-1', claim: 35 }],
  ['23_bug_sled_brake', 'The brake holds on blue ice', '3_qa', { retry_count: 1 }],
  [
    '22_story_lead_dogs',
    'Change the lead dogs at each lake',
    '4_merge',
    { agent: 'mergemaster', claim: 4 },
  ],
  ['21_story_weather_log', 'Write the weather into the log', '5_done'],
  ['20_bug_compass', 'The compass agrees with itself', '5_done'],
  ['19_story_first_trail', 'A first trail of nine miles', '6_archived'],
];

/** The page shows an empty board. */
export async function seedStories(page: Page): Promise<void> {
  const nowS = Math.floor(Date.now() / 1000);
  const stories = STORIES.map(([story_id, name, stage, more = {}]) => {
    const { claim, ...fields } = more;
    const claimed =
      typeof claim === 'number'
        ? { claimed_by: 'ab'.repeat(32), claimed_at: nowS - claim * MINUTE_S }
        : {};
    return { story_id, name, stage, ...fields, ...claimed };
  });
  const text = JSON.stringify({ format: 'huskies-stories', version: 1, stories });
  await page.getByRole('button', { name: 'Files', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Import…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Import' });
  await dialog
    .locator('input[type=file]')
    .setInputFiles({ name: 'seed.json', mimeType: 'application/json', buffer: Buffer.from(text) });
  await dialog.getByRole('button', { name: `Import ${stories.length} stories` }).click();
  await dialog.locator('[data-import=done]').waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();
}
