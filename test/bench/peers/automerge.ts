/** A list of maps, strings as registers and not as texts; each change is a change. */

import * as Automerge from '@automerge/automerge';
import type { NewFields } from '../../../worker/crdt/view.ts';
import type { BoardChange } from '../boardWork.ts';
import type { BoardSystem } from '../sideBySide/boardSystem.ts';

type Value = NewFields[keyof NewFields];
type Register = Exclude<Value, string> | Automerge.ImmutableString;

interface Board {
  readonly items: Record<string, Register>[];
}

export const system: BoardSystem = {
  async createWriter(onChange) {
    let doc = Automerge.from<{ items: Board['items'] }>({ items: [] }, { patchCallback: onChange });
    const make = (change: BoardChange): void => {
      doc = Automerge.change(doc, ({ items }) => {
        if (change.type === 'add') {
          const fields = Object.entries(change.fields);
          items.push(Object.fromEntries(fields.map(([name, value]) => [name, toRegister(value)])));
        } else {
          items[change.item]![change.field] = toRegister(change.value);
        }
      });
    };
    return {
      make,
      makeUpdate(change) {
        make(change);
        return Automerge.getLastLocalChange(doc) ?? new Uint8Array();
      },
      history: () => Automerge.save(doc),
    };
  },
  async createReader(onChange) {
    let doc = Automerge.init<Board>();
    return {
      load(history) {
        doc = Automerge.load<Board>(history, { patchCallback: onChange });
      },
      apply(update) {
        [doc] = Automerge.applyChanges(doc, [update]);
      },
      board: () => doc.items.map(toFields),
    };
  },
};

function toRegister(value: Value): Register {
  return typeof value === 'string' ? new Automerge.ImmutableString(value) : value;
}

function toFields(item: Board['items'][number]): NewFields {
  const values = Object.entries(item).map(([name, value]) => {
    return [name, Automerge.isImmutableString(value) ? value.toString() : value];
  });
  return Object.fromEntries(values) as NewFields;
}
