/**
 * A bug bundle: what a replica holds and what it saw last, in one JSON file that another page can
 * show. Types only. No private key is in it, ever, and no part of an address that may be a secret.
 */

import type { Status } from './api.ts';
import type { Inspection } from './inspectionApi.ts';

/** What the page knows and the worker does not. */
export interface BundlePage {
  /** Unix time. */
  readonly savedAtMs: number;
  /** As the browser calls itself. */
  readonly browser: string;
  /** Of the board; nothing that names people. */
  readonly settings: { readonly [name: string]: string | number | boolean };
  readonly status: Status;
}

export interface BugBundle {
  readonly format: 'huskies-bug-bundle';
  readonly version: 1;
  readonly pipeline: string;
  readonly page: BundlePage;
  readonly inspection: Inspection;
  /** Texts of the applied ops as they were received or made, in the order in which this was stored. */
  readonly ops: readonly string[];
  /** Texts of the ops that waited. */
  readonly held: readonly string[];
}

/** What a page is told of the bundle that it shows. */
export interface BundleFacts extends Omit<BugBundle, 'format' | 'version' | 'ops' | 'held'> {
  readonly ops: number;
  readonly held: number;
}

/** A file, or anything that can be read once as one. */
export interface BundleFile {
  /** In bytes. */
  readonly size: number;
  text(): Promise<string>;
}
