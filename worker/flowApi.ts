/**
 * Query about how stories go through the stages, and its answer. Types only. `flowFacts.ts` says
 * what the figures rest on.
 */

export interface FlowQuery {
  readonly type: 'flow-facts';
  /** Unix time in seconds, which ages are counted to. */
  readonly nowS: number;
  /** Unix seconds at which periods begin, rising, 1–64 of them; the last one ends now. */
  readonly periodStartsS: readonly number[];
}

export interface FlowAnswer {
  readonly type: 'flow-facts';
  readonly state: /** The log is read on: asking again tells how far. `totalOps`: about, as it grows. */
    | { readonly name: 'reading'; readonly readOps: number; readonly totalOps: number }
    | { readonly name: 'known'; readonly facts: FlowFacts };
}

/** Deleted stories are in none of these. */
export interface FlowFacts {
  readonly stories: number;
  readonly stages: {
    /** By stage now; empty: none, or of the wrong type. At most 24 stages, names cut at 200. */
    readonly counts: readonly { readonly stage: string; readonly stories: number }[];
    /** Stages beyond those. */
    readonly others: { readonly stages: number; readonly stories: number };
  };
  /** Stories that are done or archived, by their last claim. */
  readonly done: {
    readonly stories: number;
    /** As `periodStartsS`. */
    readonly perPeriod: readonly number[];
    /** Before the first period. */
    readonly earlier: number;
    /** No claim tells a time. */
    readonly unknown: number;
  };
  /** Stories that are not done, by how long they are claimed. */
  readonly open: {
    readonly stories: number;
    /** `fromS`: the least age in seconds, inclusive; rising from 0. */
    readonly ages: readonly { readonly fromS: number; readonly stories: number }[];
    /** null: no age is known. */
    readonly medianS: number | null;
    readonly oldestS: number | null;
    readonly notClaimed: number;
    /** Claimed, and no time told. */
    readonly unknown: number;
  };
  /** Stories by the highest retry_count that was ever written. */
  readonly retries: {
    /** At place n those with n retries; the last has all with as many or more. */
    readonly counts: readonly number[];
    /** null: none has a count. */
    readonly highest: number | null;
    /** No count was ever written. */
    readonly unknown: number;
  };
  /** Stories that left QA. */
  readonly qa: {
    /** Went on, were in QA once, and never went back. */
    readonly first: number;
    /** Went on, and went back before or after that. */
    readonly later: number;
    /** Went back, and never on. */
    readonly back: number;
  };
}
