/** What a node of the graph is called, and the stories around it. */
import type { ItemFields } from '../../worker/api.ts';
import { isDone } from '../dependencies.ts';
import type { NodeKey } from '../graph/dependencyGraph.ts';
import { BLANK_FIELDS, type BoardModel } from './boardModel.ts';
import type { ShownGraph } from './graphLooking.ts';
import type { NodeFacts } from './texts/graph.ts';
import { storyNumber } from './texts.ts';

export function nodeFields({ pipeline }: BoardModel, key: NodeKey): ItemFields {
  return pipeline.store.fieldsOf(key) ?? BLANK_FIELDS;
}

/** Its number, or the text of a dependency that is not here. */
export function nodeNumber(model: BoardModel, shown: ShownGraph, key: NodeKey): string {
  const node = shown.nodes.get(key);
  return node?.type === 'unknown' ? node.text : storyNumber(nodeFields(model, key));
}

export function nodeFacts(model: BoardModel, shown: ShownGraph, key: NodeKey): NodeFacts {
  const node = shown.nodes.get(key);
  const numbers = (keys: readonly NodeKey[]): readonly string[] =>
    keys.map((one) => nodeNumber(model, shown, one));
  const isMet = (one: NodeKey): boolean =>
    shown.nodes.get(one)?.type === 'story' && isDone(nodeFields(model, one));
  const needs = shown.needs.get(key) ?? [];
  const cycle = node?.type === 'story' ? node.cycle : null;
  const members = cycle === null ? [] : (shown.cycles.get(cycle) ?? []);
  return {
    waitsFor: numbers(needs.filter((one) => !isMet(one))),
    after: numbers(needs.filter(isMet)),
    neededBy: numbers(shown.neededBy.get(key) ?? []),
    cycle: cycle === null ? null : numbers(members.filter((member) => member !== key)),
    isBeside: node?.type === 'story' && node.place === 'beside',
  };
}
