/** Texts of the settings. */
import { numbers } from '../texts.ts';

export const settingsTexts = {
  title: 'Settings',
  kept: 'Kept in this browser for this pipeline. Nothing here is shared with others.',
  notKept: 'Changed for now: this browser gives no place to keep it.',
  look: 'Look',
  theme: 'Theme',
  themes: { auto: 'As the system', light: 'Light', dark: 'Dark' },
  density: 'Density',
  densities: { roomy: 'Roomy', dense: 'Dense' },
  stages: 'Stages',
  stagesHint:
    'A limit is a signal on the column when a stage holds more. It stops nothing. Empty: no limit.',
  limitOf: (title: string) => `Limit of ${title}`,
  collapsedOf: (title: string) => `${title} is collapsed`,
  columns: { stage: 'Stage', stories: 'Stories', limit: 'Limit', collapsed: 'Collapsed' },
  badLimit: 'A limit is a whole number from 1 to 9,999, or empty.',
  keys: 'Names for keys',
  keysHint:
    'A node is known by its key. A name you give it is shown on cards and in histories, on this device alone.',
  ownKey: 'this device',
  nameOf: (key: string) => `Name of ${key}`,
  keyColumns: { key: 'Key', name: 'Name' },
  badName: 'A name is one line of at most 40 signs.',
  noKeys: 'No keys are known yet.',
  moreKeys: (left: number) => `${numbers.format(left)} more keys hold claims.`,
  claims: 'Claims',
  stale: 'A claim is stale after',
  staleUnit: 'minutes',
  badStale: 'A whole number of minutes, from 1 to 43,200 (30 days).',
  place: 'Pipeline and relay',
  placeNow: (pipeline: string, address: string | null) =>
    address === null ? `${pipeline}, on this device alone` : `${pipeline}, through ${address}`,
  pipeline: 'Pipeline',
  relay: 'Relay or node',
  relayHint: 'wss://host/crdt-sync, or empty for the relay that serves this page',
  openPlace: 'Open',
  keepRelay: 'Keep in the list',
  relays: 'Known relays',
  relaysHint:
    'The board dials one at a time, and opens again with the one that is chosen. Relays that dial each other pass on what each has.',
  noRelays: 'None yet. The relay that serves this page needs no entry.',
  inUse: '(in use)',
  remove: 'Remove',
  removeThis: (address: string) => `Remove ${address}`,
  app: 'Offline copy',
} as const;
