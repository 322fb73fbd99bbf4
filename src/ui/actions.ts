/** What a user can do to stories: each asks the replica, says what became of it, and loses nothing. */
import type { ItemFields, ItemId, NewFields } from '../../worker/api.ts';
import type { EditOutcome } from '../replicaClient.ts';
import type { Pipeline } from '../sharedPipeline.ts';
import type { BoardFocus } from './boardFocus.ts';
import type { Messages } from './messages.ts';
import { refusalText } from './texts/refusals.ts';
import { said } from './texts.ts';
import { addedFields, editDeed, type Step } from './undo.ts';
import type { Undoing } from './undoing.ts';

export interface Actions {
  /** `after` as in the command; absent: at the end. `text` is for the form that asked. */
  add(fields: Partial<NewFields>, after?: ItemId): Promise<AddOutcome>;
  /**
   * Null: done. Else the sentence that says why not, for the form that asked. `text`: what is shown
   * when it is done, with the way back; absent: that it was saved is said.
   */
  edit(id: ItemId, fields: Partial<NewFields>, text?: string): Promise<string | null>;
  /** `text`: what is said when it is done, as a sentence. */
  move(id: ItemId, stage: string, then: AfterMove, text?: string): Promise<void>;
  toggleBlocked(id: ItemId): Promise<void>;
  /** Offers to undo it. */
  remove(id: ItemId): Promise<void>;
  exportOps(save: (text: string) => void): Promise<void>;
}

/**
 * `follow`: the view and the focus go with the card. `stay`: they do not, and a message says where it
 * went; for a hand that sorts one column after another on a narrow board.
 */
export type AfterMove = 'follow' | 'stay';

export type AddOutcome =
  | { readonly type: 'done'; readonly id: ItemId }
  | { readonly type: 'refused'; readonly text: string };

export function createActions(deps: {
  readonly pipeline: Pipeline;
  readonly messages: Messages;
  readonly focus: BoardFocus;
  readonly undoing: Undoing;
}): Actions {
  const { messages, focus, undoing } = deps;
  const { store, client } = deps.pipeline;

  const complain = (what: string, refusal: Refused): void =>
    messages.show({ tone: 'problem', text: refusalText(what, refusal) });

  const offerUndo = (step: Step): void =>
    messages.show({ tone: 'news', text: step.text, undo: () => void undoing.undo(step) });

  /** Asks for an edit, and records what takes it back. `text`: what was done, as a sentence. */
  const change = async (
    id: ItemId,
    before: ItemFields,
    fields: Partial<NewFields>,
    text: string,
  ): Promise<Changed> => {
    const outcome = await client.command({ type: 'edit', id, fields });
    if (outcome.type === 'refused') return outcome;
    const deed = editDeed(id, before, fields);
    const step = { text, deeds: deed === null ? [] : [deed] };
    if (deed !== null) undoing.record(step);
    return { type: 'done', step };
  };

  return {
    add: async (fields, after) => {
      const place = after === undefined ? {} : { after };
      const outcome = await client.command({ type: 'add', fields, ...place });
      if (outcome.type === 'refused') {
        return { type: 'refused', text: refusalText(said.notAdded, outcome) };
      }
      const text = said.added({ story_id: fields.story_id ?? null });
      const { id } = outcome;
      undoing.record({ text, deeds: [{ type: 'add', id, fields: addedFields(fields) }] });
      messages.speak(text);
      return { type: 'done', id };
    },
    edit: async (id, fields, sentence) => {
      const before = store.fieldsOf(id);
      const text = sentence ?? (before === undefined ? '' : said.saved({ ...before, ...fields }));
      const outcome =
        before === undefined
          ? await client.command({ type: 'edit', id, fields })
          : await change(id, before, fields, text);
      if (outcome.type === 'refused') {
        return refusalText(before === undefined ? '' : said.notChanged(before), outcome);
      }
      if (sentence !== undefined && 'step' in outcome) offerUndo(outcome.step);
      else if (before !== undefined) messages.speak(text);
      return null;
    },
    move: async (id, stage, then, sentence) => {
      const fields = store.fieldsOf(id);
      if (fields === undefined) return;
      if (fields.stage === stage) return;
      const text = sentence ?? said.moved(fields, stage);
      const outcome = await change(id, fields, { stage }, text);
      if (outcome.type === 'refused') {
        complain(said.notMoved(fields), outcome);
        return;
      }
      if (then === 'stay') {
        offerUndo(outcome.step);
        return;
      }
      focus.follow(id, stage);
      messages.speak(text);
    },
    toggleBlocked: async (id) => {
      const fields = store.fieldsOf(id);
      if (fields === undefined) return;
      const blocked = fields.blocked !== true;
      const text = blocked ? said.blocked(fields) : said.unblocked(fields);
      const outcome = await change(id, fields, { blocked }, text);
      if (outcome.type === 'refused') complain(said.notChanged(fields), outcome);
      else messages.speak(text);
    },
    remove: async (id) => {
      const fields = store.fieldsOf(id);
      if (fields === undefined) return;
      const outcome = await client.command({ type: 'delete', id });
      if (outcome.type === 'refused') {
        complain(said.notDeleted(fields), outcome);
        return;
      }
      const step: Step = { text: said.deleted(fields), deeds: [{ type: 'delete', id, fields }] };
      undoing.record(step);
      offerUndo(step);
    },
    exportOps: async (save) => {
      const outcome = await client.query({ type: 'export-ops' });
      if (outcome.type === 'no-answer') {
        messages.show({ tone: 'problem', text: said.notExported(outcome.detail) });
        return;
      }
      save(outcome.text);
      messages.speak(said.exported);
    },
  };
}

type Refused = Extract<EditOutcome, { type: 'refused' }>;

type Changed = Refused | { readonly type: 'done'; readonly step: Step };
