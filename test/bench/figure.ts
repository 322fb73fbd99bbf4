/** What the bench prints: one figure a line, as JSON. */

export interface Figure {
  /** `<part>.<what>`, kebab-case. */
  readonly name: string;
  readonly unit:
    | ('op/s' | 'check/s' | 'ms' | 'B/op' | 'B' | 'µs/op')
    | ('frames/s' | 'tasks' | 'cards/op' | 'trips')
    | ('ops' | 'requests' | '% of a core');
  readonly value: number;
  /** This value over another one that was measured in the same run. */
  readonly ratio?: { readonly to: string; readonly value: number };
}

/** `value` and the ratio rounded to three significant digits, or to whole units above 1,000. */
export function figure(
  name: string,
  unit: Figure['unit'],
  value: number,
  to?: Pick<Figure, 'name' | 'value'>,
): Figure {
  const plain: Figure = { name, unit, value: round(value) };
  return to === undefined
    ? plain
    : { ...plain, ratio: { to: to.name, value: round(value / to.value) } };
}

function round(value: number): number {
  return Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(3));
}
