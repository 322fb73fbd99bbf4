/**
 * Jazz's core: a CoMap an item and a CoMap of their ids, whose keys sort as the items do, as to append
 * to a CoList of 10,000 takes milliseconds. Owned by one group, all in one session. Signed, a
 * signature for the end of each run of transactions of a CoValue.
 */

import {
  type CojsonInternalTypes,
  cojsonInternals,
  type JsonValue,
  LocalNode,
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
type Channel = InstanceType<typeof cojsonInternals.ConnectedPeerChannel>;
type Secret = LocalNode['agentSecret'];

interface History {
  readonly secret: Secret;
  readonly index: string;
  /** Group first, index last. */
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
  const index = group.createMap({}, null, privacy);
  const items: RawCoMap[] = [];
  const make = (change: BoardChange): void => {
    if (change.type === 'set') {
      items[change.item]?.set(change.field, change.value, privacy);
      return;
    }
    const item = group.createMap({ ...change.fields }, null, privacy);
    index.set(String(items.length).padStart(8, '0'), item.id, privacy);
    items.push(item);
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
      const values = [group, ...items, index];
      const messages = values.flatMap(({ core }) => core.newContentSince(undefined) ?? []);
      return encodeJson({ secret, index: index.id, messages } satisfies History);
    },
  };
}

/** Syncs with a peer that answers each load with what the history has, as Jazz's server does. */
async function createReader(onChange: () => void): Promise<BoardReader> {
  let incoming: Channel;
  let items: readonly RawCoMap[] = [];
  return {
    async load(history) {
      const { secret, index: indexId, messages } = decodeJson<History>(history);
      const node = createNode(secret);
      incoming = connect(node, messages);
      const index = await loadMap(node, indexId);
      const ids = index
        .keys()
        .sort()
        .map((key) => String(index.get(key)));
      items = await Promise.all(ids.map((id) => loadMap(node, id)));
      for (const item of items) item.subscribe(onChange);
    },
    apply(update) {
      for (const message of decodeJson<readonly Message[]>(update)) incoming.push(message);
    },
    board: () => items.map((item) => item.toJSON() as JsonValue as NewFields),
  };
}

function connect(node: LocalNode, messages: readonly Message[]): Channel {
  const incoming = new cojsonInternals.ConnectedPeerChannel();
  const content = new Map<string, Message[]>();
  for (const message of messages) {
    content.set(message.id, [...(content.get(message.id) ?? []), message]);
  }
  node.syncManager.addPeer({
    id: 'server',
    role: 'server',
    incoming,
    outgoing: {
      push(message) {
        if (message === 'Disconnected' || message.action !== 'load') return;
        for (const each of content.get(message.id) ?? []) incoming.push(each);
      },
      close: () => undefined,
      onClose: () => undefined,
    },
  });
  return incoming;
}

async function loadMap(node: LocalNode, id: string): Promise<RawCoMap> {
  const value = await node.load(id as RawCoMap['id']);
  if (value === 'unavailable') throw new Error(`${id} is unavailable`);
  return value;
}

/** The same agent in another session. */
function createNode(secret: Secret): LocalNode {
  return new LocalNode(secret, crypto.newRandomSessionID(crypto.getAgentID(secret)), crypto);
}
