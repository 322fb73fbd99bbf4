import type { Setting } from './settings.ts';

/** What one place (flags, environment, file) says of the settings. */

export interface Layer {
  readonly given: readonly Given[];
  /** Sentences about what is no value of a setting, such as a flag that there is not. */
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
}

export interface Given {
  readonly setting: Setting<unknown>;
  /** As TOML has it. */
  readonly value: unknown;
  /** For `--print-config`: `--port`, `/etc/relay.toml, line 3`. */
  readonly from: string;
  /** What a sentence about it begins with: `--port`, `/etc/relay.toml, line 3: port`. */
  readonly subject: string;
}

export interface ReadLayer {
  readonly values: ReadonlyMap<Setting<unknown>, Said>;
  /** All of them. */
  readonly faults: readonly string[];
}

export interface Said {
  readonly value: unknown;
  readonly from: string;
}

export const EMPTY_LAYER: Layer = { given: [], faults: [], warnings: [] };

export function readLayer(layer: Layer): ReadLayer {
  const values = new Map<Setting<unknown>, Said>();
  const faults = [...layer.faults];
  for (const { setting, value, from, subject } of layer.given) {
    const reading = setting.kind.read(value);
    if ('value' in reading) values.set(setting, { value: reading.value, from });
    else faults.push(`${subject} ${faultOf(setting, reading)}`);
  }
  return { values, faults };
}

/** Longer values are cut: a sentence is to be read. */
const QUOTED_CHARACTERS_MAX = 80;

function faultOf(
  { kind, isSecret }: Setting<unknown>,
  reading: { readonly wrong: unknown } | { readonly fault: string },
): string {
  if ('fault' in reading) return reading.fault;
  const must = `must be ${kind.must}`;
  if (isSecret) return must;
  const quoted = JSON.stringify(reading.wrong);
  const isLong = quoted.length > QUOTED_CHARACTERS_MAX;
  return `${must}, not ${isLong ? `${quoted.slice(0, QUOTED_CHARACTERS_MAX)}…` : quoted}`;
}
