/**
 * The board on a fake replica. `?board=full|many|empty|loading|odd|refused`, `?theme=`, `?embed`,
 * `?readonly`. `fake` in the console changes what others do and what the status says.
 */
import '../../../src/page.css';
import { render } from 'solid-js/web';
import { defineHuskiesPipeline } from '../../../src/embed/huskiesPipeline.tsx';
import { browserStorage } from '../../../src/pageStorage.ts';
import { createPipelineShare } from '../../../src/sharedPipeline.ts';
import { Board } from '../../../src/ui/Board.tsx';
import { adoptBoardStyles } from '../../../src/ui/boardStyles.ts';
import type { ItemFields, ItemView } from '../../../worker/api.ts';
import { createFakeReplica, EMPTY_FIELDS, itemId } from '../../support/fakeReplica.ts';
import dump from '../../vectors/pipeline-dump.json';

const query = new URLSearchParams(location.search);
const kind = query.get('board') ?? 'full';

const full: readonly ItemView[] = dump.ids.map((id, index) => ({
  id,
  fields: dump.view[index] as ItemFields,
}));
const odd: readonly ItemView[] = [
  { id: itemId(1), fields: { ...EMPTY_FIELDS, stage: '7_on_hold', name: 'A stage of its own' } },
  { id: itemId(2), fields: { ...EMPTY_FIELDS, stage: null, name: null, story_id: null } },
  { id: itemId(3), fields: { ...EMPTY_FIELDS, stage: '2_current', name: 'W'.repeat(120) } },
];

/** 10,000 stories. */
const many = Array.from({ length: 25 }, (_, round) =>
  full.map(({ fields }, index) => ({ id: itemId(round * 1000 + index), fields })),
).flat();

const items = { full, many, odd: [...full.slice(0, 12), ...odd] }[kind] ?? [];
const fake = createFakeReplica({
  items,
  holdSnapshot: kind === 'loading',
  ...(kind === 'refused'
    ? { openOutcome: { type: 'refused', reason: 'newer-database', detail: '' } as const }
    : {}),
});
Object.assign(globalThis, { fake });

const place = document.getElementById('board');
if (place === null) throw new Error('No place for the board.');
const share = createPipelineShare({ connect: fake.connect, storage: browserStorage });
const theme = query.get('theme');
if (query.has('embed')) {
  defineHuskiesPipeline('huskies-pipeline', { share, home: location.origin });
  place.innerHTML = '<h1>A dashboard</h1><huskies-pipeline></huskies-pipeline>';
} else {
  adoptBoardStyles(document);
  const { pipeline } = share.acquire({
    pipeline: 'default',
    address: 'ws://127.0.0.1:3001/crdt-sync',
  });
  render(
    () => (
      <Board
        pipeline={pipeline}
        place="page"
        readonly={query.has('readonly')}
        theme={theme === 'light' || theme === 'dark' ? theme : 'auto'}
      />
    ),
    place,
  );
}
