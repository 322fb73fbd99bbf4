import { Visitor } from 'vite';
import { readSources } from './sourceCode.ts';

export interface TestTitle {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The title as written; a template stops at its first `${`. */
  readonly title: string;
}

type CallExpression = Parameters<
  NonNullable<ConstructorParameters<typeof Visitor>[0]['CallExpression']>
>[0];
type Callee = CallExpression['callee'];

/**
 * Titles of all tests under `test/`: the first argument of `test(…)`, `it(…)`, of their variants
 * (`test.only`, `test.skipIf(…)`) and of `test.each(…)(…)`. What is computed has an empty title.
 */
export function readTestTitles(): readonly TestTitle[] {
  return readSources('test').flatMap(({ path, text, program }) => {
    const titles: TestTitle[] = [];
    const visitor = new Visitor({
      CallExpression(call) {
        if (!isTest(call.callee) || call.arguments.length < 2) return;
        const line = text.slice(0, call.start).split('\n').length;
        titles.push({ file: path, line, title: textOf(call.arguments[0]) });
      },
    });
    visitor.visit(program);
    return titles;
  });
}

/** `test`, `test.only`, `test.each(table)`, `test.skipIf(condition)`, but not `test.each` itself. */
function isTest(callee: Callee): boolean {
  if (callee.type === 'Identifier') return callee.name === 'test' || callee.name === 'it';
  if (callee.type === 'CallExpression' || callee.type === 'TaggedTemplateExpression') {
    const inner = callee.type === 'CallExpression' ? callee.callee : callee.tag;
    return inner.type === 'MemberExpression' && isTest(inner.object as Callee);
  }
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return false;
  const takesTitle = ['only', 'skip', 'fails', 'concurrent', 'sequential', 'todo'];
  return takesTitle.includes(callee.property.name) && isTest(callee.object as Callee);
}

function textOf(argument: CallExpression['arguments'][number] | undefined): string {
  if (argument?.type === 'Literal' && typeof argument.value === 'string') return argument.value;
  if (argument?.type === 'TemplateLiteral') return argument.quasis[0]?.value.cooked ?? '';
  return '';
}
