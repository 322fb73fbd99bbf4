/** What a user can do to several stories at once: commands one by one, one message, one undo step. */
import type { Command, ItemFields, ItemId, NewFields } from '../../worker/api.ts';
import { claimOf, isClaimedByOther, NO_CLAIM } from '../claims.ts';
import type { Pipeline } from '../sharedPipeline.ts';
import type { BoardFocus } from './boardFocus.ts';
import { runCommands } from './manyCommands.ts';
import type { Messages } from './messages.ts';
import { type BulkTexts, bulkTexts } from './texts/moves.ts';
import { refusalCounts } from './texts/undo.ts';
import { type Deed, editDeed } from './undo.ts';
import type { Undoing } from './undoing.ts';

export interface BulkActions {
  /** `lead`: the one the focus goes with. */
  move(ids: readonly ItemId[], stage: string, lead?: ItemId): Promise<void>;
  setBlocked(ids: readonly ItemId[], blocked: boolean): Promise<void>;
  /** For the key of this replica; stories that somebody else has claimed are left alone. */
  claim(ids: readonly ItemId[]): Promise<void>;
  release(ids: readonly ItemId[]): Promise<void>;
  remove(ids: readonly ItemId[]): Promise<void>;
  /** Each story gets what `fieldsOf` says of it; fields that are so already cost nothing. */
  edit(
    ids: readonly ItemId[],
    fieldsOf: (fields: ItemFields) => Partial<NewFields>,
    texts: BulkTexts,
  ): Promise<void>;
}

export function createBulkActions(deps: {
  readonly pipeline: Pipeline;
  readonly messages: Messages;
  readonly focus: BoardFocus;
  readonly undoing: Undoing;
}): BulkActions {
  const { messages, focus, undoing } = deps;
  const { store, client } = deps.pipeline;

  const run = async (
    deeds: readonly Deed[],
    commandOf: (deed: Deed) => Command,
    texts: BulkTexts,
  ): Promise<void> => {
    if (deeds.length === 0) {
      messages.show({ tone: 'news', text: texts.nothing ?? bulkTexts.nothing });
      return;
    }
    const outcomes = await messages.during(texts.doing, deeds.length, (onDone) =>
      runCommands(client, deeds.map(commandOf), onDone),
    );
    const done = deeds.filter((_, index) => outcomes[index]?.type === 'done');
    const refused = outcomes.flatMap((each) => (each.type === 'refused' ? [each.reason] : []));
    const text = texts.done(done.length);
    const step = { text, deeds: done };
    if (done.length > 0) undoing.record(step);
    const undo = done.length > 0 ? { undo: () => void undoing.undo(step) } : {};
    if (refused.length === 0) messages.show({ tone: 'news', text, ...undo });
    else messages.show({ tone: 'problem', text: `${text} ${refusalCounts(refused)}`, ...undo });
  };

  const edit: BulkActions['edit'] = (ids, fieldsOf, texts) => {
    const deeds = ids.flatMap((id) => {
      const fields = store.fieldsOf(id);
      return fields === undefined ? [] : (editDeed(id, fields, fieldsOf(fields)) ?? []);
    });
    return run(deeds, editCommand, texts);
  };

  return {
    edit,
    move: async (ids, stage, lead = ids[0]) => {
      await edit(ids, () => ({ stage }), bulkTexts.move(stage));
      if (lead !== undefined) focus.follow(lead, stage);
    },
    setBlocked: (ids, blocked) =>
      edit(ids, () => ({ blocked }), blocked ? bulkTexts.block : bulkTexts.unblock),
    claim: (ids) => {
      const signer = store.status()?.signer ?? '';
      const nowMs = Date.now();
      const free = ids.filter((id) => {
        const fields = store.fieldsOf(id);
        return fields !== undefined && !isClaimedByOther(fields, signer);
      });
      const left = ids.length - free.length;
      const texts = left === 0 ? bulkTexts.claim : bulkTexts.claimSome(left);
      return edit(
        free,
        ({ claimed_by }) => (claimed_by === signer ? {} : claimOf(signer, nowMs)),
        texts,
      );
    },
    release: (ids) => edit(ids, () => NO_CLAIM, bulkTexts.release),
    remove: (ids) => {
      const deeds = ids.flatMap((id): readonly Deed[] => {
        const fields = store.fieldsOf(id);
        return fields === undefined ? [] : [{ type: 'delete', id, fields }];
      });
      return run(deeds, ({ id }) => ({ type: 'delete', id }), bulkTexts.remove);
    },
  };
}

function editCommand(deed: Deed): Command {
  return { type: 'edit', id: deed.id, fields: deed.type === 'edit' ? deed.after : {} };
}
