/**
 * Jazz's core: a CoList of CoMaps, owned by one group, all in one session. Signed, a signature for
 * the end of each run of transactions of a CoValue.
 */

import {
  type CojsonInternalTypes,
  type JsonValue,
  LocalNode,
  type RawCoList,
  type RawCoMap,
} from 'cojson';
import { WasmCrypto } from 'cojson/crypto/WasmCrypto';
import type { NewFields } from '../../../worker/crdt/view.ts';
import type { BoardChange } from '../boardWork.ts';
import {
  type BoardReader,
  type BoardSystem,
  type BoardWriter,
  decodeJson,
  encodeJson,
} from '../sideBySide/boardSystem.ts';

type Message = CojsonInternalTypes.NewContentMessage;
type Secret = LocalNode['agentSecret'];

interface History {
  readonly secret: Secret;
  readonly list: string;
  /** Group first, list last. */
  readonly messages: readonly Message[];
}

const crypto = await WasmCrypto.create();

type Privacy = 'private' | 'trusting';

/** Encrypted, as Jazz does it unless told otherwise. */
export const system: BoardSystem = createSystem('private');

/** In plain text, as ours are. */
export const unsealed: BoardSystem = createSystem('trusting');

function createSystem(privacy: Privacy): BoardSystem {
  return { createWriter: (onChange) => createWriter(privacy, onChange), createReader };
}

async function createWriter(privacy: Privacy, onChange: () => void): Promise<BoardWriter> {
  const secret = crypto.newRandomAgentSecret();
  const node = createNode(secret);
  const group = node.createGroup();
  const list = group.createList<RawCoList<string>>([], null, privacy);
  const items: RawCoMap[] = [];
  const make = (change: BoardChange): void => {
    if (change.type === 'set') {
      items[change.item]?.set(change.field, change.value, privacy);
      return;
    }
    const item = group.createMap({ ...change.fields }, null, privacy);
    items.push(item);
    list.append(item.id, undefined, privacy);
    // The first call says what is there already.
    item.subscribe(onChange);
  };
  return {
    make,
    makeUpdate(change) {
      const item = change.type === 'set' ? items[change.item] : undefined;
      if (item === undefined) throw new Error('an update sets a field of an item');
      const known = item.core.knownState();
      make(change);
      return encodeJson(item.core.newContentSince(known));
    },
    history() {
      const values = [group, ...items, list];
      const messages = values.flatMap(({ core }) => core.newContentSince(undefined) ?? []);
      return encodeJson({ secret, list: list.id, messages } satisfies History);
    },
  };
}

async function createReader(onChange: () => void): Promise<BoardReader> {
  let node: LocalNode;
  let list: RawCoList<string>;
  const takeIn = (messages: readonly Message[]): void => {
    for (const message of messages) node.syncManager.handleNewContent(message, 'import');
  };
  const contentOf = (id: string) => node.getCoValue(id as `co_z${string}`).getCurrentContent();
  return {
    load(history) {
      const { secret, list: id, messages } = decodeJson<History>(history);
      node = createNode(secret);
      takeIn(messages);
      list = contentOf(id) as RawCoList<string>;
      for (const item of list.asArray()) contentOf(item).subscribe(onChange);
    },
    apply: (update) => takeIn(decodeJson<readonly Message[]>(update)),
    board: () => list.asArray().map((id) => contentOf(id).toJSON() as JsonValue as NewFields),
  };
}

/** The same agent in another session. */
function createNode(secret: Secret): LocalNode {
  return new LocalNode(secret, crypto.newRandomSessionID(crypto.getAgentID(secret)), crypto);
}
