/**
 * Simulations that failed once, cut down to the moves that it took, and what was wrong. A failing
 * test prints the line to add here.
 */

export interface PinnedSeed {
  readonly seed: string;
  /** As `encodeMove` writes them. */
  readonly moves: readonly string[];
  /** What was wrong. */
  readonly fault: string;
}

export const pinnedSeeds: readonly PinnedSeed[] = [
  {
    seed: '79',
    fault: 'a remote op was stored without the one before it, for which there had been no room',
    moves: [
      'edit 21468 70686 85695',
      'fill-disk 61040 4586 99381',
      'deliver 9825 12903 50950',
      'deliver 90583 76779 6890',
      'edit 82972 18097 6251',
      'free-disk 53661 22585 70793',
      'edit 87341 87673 57448',
      'crash-in-transaction 13462 54608 84277',
      'flow 43159 32030 24352',
    ],
  },
  {
    seed: '12',
    fault: 'an own op was stored without its item, for which there had been no room',
    moves: [
      'edit 330 13215 64820',
      'deliver 84938 42520 94581',
      'fill-disk 55368 45887 28245',
      'deliver 46592 48151 81467',
      'free-disk 11148 71652 27237',
      'edit 92464 92539 80554',
      'cut-power 66948 8178 70943',
    ],
  },
];
