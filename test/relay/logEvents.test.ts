import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Visitor } from 'vite';
import { expect, test } from 'vitest';
import { LOG_EVENTS, logEventsMarkdown } from '../../worker/relay/logEvents.ts';
import { readSources, root } from '../support/sourceCode.ts';

type Node = { readonly type: string };

/** What all that logs in a relay logs: `level message`, `*` for a level that is computed. */
function readLoggedLines(): readonly string[] {
  const lines: string[] = [];
  const note = (level: string, node: unknown): void => {
    for (const message of textsOf(node as Node)) lines.push(`${level} ${message}`);
  };
  for (const { path, program } of [...readSources('worker/relay'), ...readSources('worker/sync')]) {
    if (path === 'worker/relay/pinoLogger.ts') continue;
    new Visitor({
      CallExpression({ callee, arguments: given }) {
        if (callee.type !== 'MemberExpression' || !isLogger(callee.object)) return;
        const { property, computed } = callee;
        note(!computed && property.type === 'Identifier' ? property.name : '*', given[0]);
      },
      // What a session says is logged by its connection.
      ObjectExpression({ properties }) {
        if (!/\/(session|failure)\.ts$/.test(path)) return;
        for (const one of properties) {
          if (one.type !== 'Property' || one.key.type !== 'Identifier') continue;
          if (one.key.name === 'message') note('*', one.value);
        }
      },
    }).visit(program);
  }
  return lines;
}

function isLogger(node: Node): boolean {
  if (node.type === 'Identifier') return (node as Node & { name: string }).name === 'logger';
  if (node.type !== 'MemberExpression') return false;
  const { property } = node as Node & { property: Node & { name?: string } };
  return property.name === 'logger';
}

/** The texts that an expression may have, as far as they are written there. */
function textsOf(node: Node): readonly string[] {
  if (node.type === 'Literal') return [String((node as Node & { value: unknown }).value)];
  if (node.type === 'ConditionalExpression') {
    const { consequent, alternate } = node as Node & { consequent: Node; alternate: Node };
    return [...textsOf(consequent), ...textsOf(alternate)];
  }
  if (node.type !== 'CallExpression') return [];
  // `withRetryHint(text, seconds)`
  const [text, seconds] = (node as Node & { arguments: Node[] }).arguments.flatMap(textsOf);
  return [`${text} (retry in ${seconds} s)`];
}

test('OBS8 every line that a relay logs has a name of the table, and no name is without a line', () => {
  const table = Object.entries(LOG_EVENTS);
  const logged = readLoggedLines();
  expect(logged.length).toBeGreaterThan(40);
  const unnamed = logged.filter((line) => {
    const [level, ...words] = line.split(' ');
    const event = table.find(([, { message }]) => message === words.join(' '))?.[1];
    const levels: readonly string[] = event?.levels ?? [];
    return event === undefined || !(level === '*' || levels.includes(level ?? ''));
  });
  expect(unnamed, 'logged, and not in worker/relay/logEvents.ts with this level').toEqual([]);
  const messages = new Set(logged.map((line) => line.replace(/^\S+ /, '')));
  const idle = table.filter(([, { message }]) => !messages.has(message)).map(([event]) => event);
  expect(idle, 'in worker/relay/logEvents.ts, and logged by nobody').toEqual([]);
  expect(new Set(table.map(([, { message }]) => message)).size).toBe(table.length);
});

test('OBS8 docs/operating.md has the table of events', () => {
  const page = readFileSync(join(root, 'docs/operating.md'), 'utf8');
  const table = /^\| event \| level .*?\n(?=\n)/ms.exec(page)?.[0];
  expect(table).toBe(logEventsMarkdown());
});
