/** axe-core in a page: what it finds against WCAG 2.2 AA, as lines to read. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const script = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeNode {
  readonly target: readonly unknown[];
  readonly failureSummary?: string;
}

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly AxeNode[] }[];
}

interface AxeWindow {
  readonly axe: { run(context: string | Document, options: object): Promise<AxeResult> };
}

const ALL = {
  type: 'tag',
  values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
};

/**
 * The rule is experimental, and takes number, type and name of a card, which its label has in another
 * order, for one text.
 */
const rules = { 'label-content-name-mismatch': { enabled: false } };

/**
 * In light all rules, in dark those of contrast, as nothing else can differ. Empty: clean. `within`:
 * selector of the part to look at; null: the whole page.
 */
export async function findBarriers(
  page: Page,
  place: string,
  within: string | null,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // A page's policy forbids scripts of others; this one comes by the debugger.
    await page.evaluate(`window.axe ?? (() => { ${script} })()`);
    const runOnly = colorScheme === 'light' ? ALL : { type: 'rule', values: ['color-contrast'] };
    const { violations } = await page.evaluate(
      ([part, options]) => (window as unknown as AxeWindow).axe.run(part ?? document, options),
      [within, { runOnly, rules, resultTypes: ['violations'] }] as const,
    );
    for (const { id, nodes } of violations) {
      for (const { target, failureSummary = '' } of nodes) {
        const why = failureSummary.split('\n').slice(1).join(' ').trim();
        found.push(`${place}, ${colorScheme}: ${id} at ${target.join(' ')}: ${why}`);
      }
    }
  }
  return found;
}
