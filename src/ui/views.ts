/**
 * The views of a pipeline beside its board, each loaded when it is first shown. A view is a line
 * here: the header, the palette and the address know it then.
 *
 * `load` gives a component without props that asks `useBoard()`. Its styles come with it:
 * `adoptStyles(model.root(), css)`.
 */
import type { Component } from 'solid-js';
import { viewTitles } from './texts/views.ts';

export type View = keyof typeof viewTitles;

export interface ViewEntry {
  /** Its value in the address, `?view=`. */
  readonly name: Exclude<View, 'board'>;
  readonly title: string;
  readonly load: () => Promise<Component>;
  /** It shows what the board's filter wants, with the filter above it. */
  readonly isFiltered?: true;
}

export const views: readonly ViewEntry[] = [
  {
    name: 'agents',
    title: viewTitles.agents,
    load: async () => (await import('./AgentsView.tsx')).AgentsView,
  },
  {
    name: 'flow',
    title: viewTitles.flow,
    load: async () => (await import('./FlowView.tsx')).FlowView,
  },
  {
    name: 'graph',
    title: viewTitles.graph,
    load: async () => (await import('./GraphView.tsx')).GraphView,
    isFiltered: true,
  },
  {
    name: 'inspector',
    title: viewTitles.inspector,
    load: async () => (await import('./InspectorView.tsx')).InspectorView,
  },
  {
    name: 'settings',
    title: viewTitles.settings,
    load: async () => (await import('./SettingsView.tsx')).SettingsView,
  },
];

/** `board` for whatever names no view. */
export function parseView(value: string | null): View {
  return views.find(({ name }) => name === value)?.name ?? 'board';
}

export function isFiltered(view: View): boolean {
  return view === 'board' || viewEntry(view)?.isFiltered === true;
}

export function viewEntry(view: View): ViewEntry | null {
  return views.find(({ name }) => name === view) ?? null;
}
