/**
 * What a user of this browser chose for a pipeline: how the board looks, own names for keys, limits.
 * None of it is replicated. Kept as JSON in the page's storage, which other code of the origin can
 * write too, so it is read strictly: what does not hold is left out, field by field. Pure but for
 * `createSettings`.
 */
import { type Accessor, createSignal, onCleanup, untrack } from 'solid-js';

export interface Settings {
  /** `auto`: as the system has it. */
  readonly theme: 'auto' | 'light' | 'dark';
  readonly density: 'roomy' | 'dense';
  /** Stories that a stage should hold at most; by stage. Nothing stops more. */
  readonly wipLimits: ReadonlyMap<string, number>;
  readonly collapsedStages: ReadonlySet<string>;
  /** Own names for signers' keys; by key, 64 hex digits. */
  readonly keyNames: ReadonlyMap<string, string>;
  /** A claim older than that counts as stale. */
  readonly staleClaimMinutes: number;
  /** WebSocket addresses of relays and nodes that hold this pipeline, for going to them. */
  readonly relays: ReadonlySet<string>;
}

/** `settings` tracks; so does `nameOf`. */
export interface SettingsStore {
  readonly settings: Accessor<Settings>;
  /** False: shown from now on, but there is no place to keep it. */
  change(changes: Partial<Settings>): boolean;
  /** Collapses a stage's column, or expands it again. */
  toggleStage(stage: string): boolean;
  /** Own name for a key; empty: none. */
  nameOf(signer: string): string;
}

export const DEFAULT_SETTINGS: Settings = {
  theme: 'auto',
  density: 'roomy',
  wipLimits: new Map(),
  collapsedStages: new Set(),
  keyNames: new Map(),
  staleClaimMinutes: 60,
  relays: new Set(),
};

export const KEY_NAME_MAX_LENGTH = 40;
export const WIP_LIMIT_MAX = 9_999;
/** A month. */
export const STALE_CLAIM_MAX_MINUTES = 43_200;
const TEXT_MAX_LENGTH = 65_536;
const ENTRIES_MAX = 256;
const STAGE_MAX_LENGTH = 200;
const RELAY_MAX_LENGTH = 1_000;
const SIGNER = /^[0-9a-f]{64}$/;

const KEY_PREFIX = 'huskies.settings.';

/** `text`: as `encodeSettings` makes it, or anything. */
export function parseSettings(text: string | null): Settings {
  const read = parseRecord(text);
  const { theme, density, staleClaimMinutes } = read;
  return {
    theme: theme === 'light' || theme === 'dark' ? theme : DEFAULT_SETTINGS.theme,
    density: density === 'dense' ? density : DEFAULT_SETTINGS.density,
    wipLimits: parseMap(read['wipLimits'], isStage, isWipLimit),
    collapsedStages: new Set(parseList(read['collapsedStages']).filter(isStage)),
    keyNames: parseMap(read['keyNames'], isSigner, isKeyName),
    staleClaimMinutes: isStaleClaimMinutes(staleClaimMinutes)
      ? staleClaimMinutes
      : DEFAULT_SETTINGS.staleClaimMinutes,
    relays: new Set(parseList(read['relays']).filter(isRelay)),
  };
}

export function encodeSettings(settings: Settings): string {
  return JSON.stringify({
    ...settings,
    wipLimits: [...settings.wipLimits].slice(-ENTRIES_MAX),
    collapsedStages: [...settings.collapsedStages].slice(-ENTRIES_MAX),
    keyNames: [...settings.keyNames].slice(-ENTRIES_MAX),
    relays: [...settings.relays].slice(-ENTRIES_MAX),
  });
}

/** `storage`: null: nothing is kept. To be called in an owner of Solid. */
export function createSettings(deps: {
  readonly pipeline: string;
  readonly storage: Storage | null;
}): SettingsStore {
  const key = KEY_PREFIX + deps.pipeline;
  const [settings, setSettings] = createSignal(parseSettings(readText(deps.storage, key)));
  if (deps.storage !== null) {
    // Another tab's choice.
    const follow = (event: StorageEvent): void => {
      if (event.key === key) setSettings(parseSettings(event.newValue));
    };
    window.addEventListener('storage', follow);
    onCleanup(() => window.removeEventListener('storage', follow));
  }
  const change = (changes: Partial<Settings>): boolean => {
    const text = encodeSettings({ ...untrack(settings), ...changes });
    setSettings(parseSettings(text));
    return keepText(deps.storage, key, text);
  };
  return {
    settings,
    change,
    toggleStage: (stage) => {
      const stages = new Set(untrack(settings).collapsedStages);
      if (!stages.delete(stage)) stages.add(stage);
      return change({ collapsedStages: stages });
    },
    nameOf: (signer) => settings().keyNames.get(signer) ?? '',
  };
}

export function isWipLimit(value: unknown): value is number {
  return isWhole(value) && value >= 1 && value <= WIP_LIMIT_MAX;
}

export function isStaleClaimMinutes(value: unknown): value is number {
  return isWhole(value) && value >= 1 && value <= STALE_CLAIM_MAX_MINUTES;
}

export function isSigner(value: unknown): value is string {
  return typeof value === 'string' && SIGNER.test(value);
}

/** One line, and nothing that turns the line around it. */
export function isKeyName(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.trim() === value &&
    value !== '' &&
    value.length <= KEY_NAME_MAX_LENGTH &&
    !/[\p{Cc}\p{Cf}]/u.test(value)
  );
}

/** A page that is opened with it reads it strictly. */
export function isRelay(value: unknown): value is string {
  return (
    typeof value === 'string' && value.length <= RELAY_MAX_LENGTH && /^wss?:\/\/\S+$/.test(value)
  );
}

function isStage(value: unknown): value is string {
  return typeof value === 'string' && value.length <= STAGE_MAX_LENGTH;
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value);
}

function parseRecord(text: string | null): { readonly [name: string]: unknown } {
  if (text === null || text.length > TEXT_MAX_LENGTH) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function parseList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, ENTRIES_MAX) : [];
}

function parseMap<Value>(
  value: unknown,
  isKey: (value: unknown) => value is string,
  isValue: (value: unknown) => value is Value,
): ReadonlyMap<string, Value> {
  const found = new Map<string, Value>();
  for (const pair of parseList(value)) {
    const [key, its, ...rest]: readonly unknown[] = Array.isArray(pair) ? pair : [];
    if (rest.length === 0 && isKey(key) && isValue(its)) found.set(key, its);
  }
  return found;
}

function readText(storage: Storage | null, key: string): string | null {
  try {
    return storage?.getItem(key) ?? null;
  } catch {
    return null;
  }
}

function keepText(storage: Storage | null, key: string, text: string): boolean {
  try {
    storage?.setItem(key, text);
    return storage !== null;
  } catch {
    // No space left in it.
    return false;
  }
}
