/**
 * What the page reads out of an item's plain registers: the number, type and slug of a story id, the
 * list in `depends_on`, and the stage an item is shown under. Pure.
 */
import type { ItemFields } from '../worker/api.ts';

export interface StoryIdParts {
  readonly number: number;
  readonly type: string;
  readonly slug: string;
}

/** The stages every pipeline has, in the order work goes through them. */
export const KNOWN_STAGES = [
  '1_backlog',
  '2_current',
  '3_qa',
  '4_merge',
  '5_done',
  '6_archived',
] as const;

export type KnownStage = (typeof KNOWN_STAGES)[number];

export const FIRST_STAGE: KnownStage = '1_backlog';

/** Column of items whose stage register is empty or holds no string. */
export const NO_STAGE = '';

/** Story types that the Rust nodes make; a pipeline may hold others. */
export const KNOWN_TYPES = ['story', 'bug', 'spike', 'refactor'] as const;

const STORY_ID = /^(\d{1,15})_([a-z][a-z0-9-]*)(?:_(.*))?$/s;

const SLUG_MAX_LENGTH = 60;

const ARTICLES = new Set(['a', 'an', 'the']);

/** Parts of `<number>_<type>_<slug>`; null for an id of another form. */
export function parseStoryId(storyId: string | null): StoryIdParts | null {
  const match = STORY_ID.exec(storyId ?? '');
  if (match === null) return null;
  return { number: Number(match[1]), type: match[2] ?? '', slug: match[3] ?? '' };
}

/** As the Rust nodes write it: `Keep the merge gate` → `keep_merge_gate`. */
export function slugOf(name: string): string {
  const words = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  const telling = words.filter((word) => !ARTICLES.has(word));
  const slug = (telling.length > 0 ? telling : words).join('_').slice(0, SLUG_MAX_LENGTH);
  return slug.replace(/_+$/, '') || 'untitled';
}

/** One above the highest number in use. Two pages that add at once may pick the same: ids tell them apart. */
export function nextStoryNumber(storyIds: Iterable<string | null>): number {
  let highest = 0;
  for (const storyId of storyIds) highest = Math.max(highest, parseStoryId(storyId)?.number ?? 0);
  return highest + 1;
}

export function createStoryId(number: number, type: string, name: string): string {
  return `${number}_${type}_${slugOf(name)}`;
}

/** `"404, 412"` → `["404", "412"]`. */
export function parseDependencies(dependsOn: string | null): readonly string[] {
  return (dependsOn ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

export function stageOf(fields: ItemFields): string {
  return fields.stage ?? NO_STAGE;
}

/** The columns of a board whose items are in `stagesInUse`: no stage, the known six, then the rest by name. */
export function columnStages(stagesInUse: Iterable<string>): readonly string[] {
  const known: readonly string[] = KNOWN_STAGES;
  const others = [...new Set(stagesInUse)].filter((stage) => !known.includes(stage)).sort();
  return [
    ...others.filter((stage) => stage === NO_STAGE),
    ...known,
    ...others.filter((stage) => stage !== NO_STAGE),
  ];
}
