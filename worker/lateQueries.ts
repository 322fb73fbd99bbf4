/** The code that answers queries is loaded for the first of them: most boards ask none. */

import type { NoAnswer, QueryAnswer } from './api.ts';
import type { ReplicaQuery } from './inspectQuery.ts';
import type { QuerySources } from './queries.ts';

export const NOT_LOADED: NoAnswer = {
  type: 'no-answer',
  reason: 'not-loaded',
  detail: 'the code that answers could not be loaded',
};

/** null: it cannot be had now; a later call may find it. */
export async function loadQueries(): Promise<typeof import('./queries.ts') | null> {
  try {
    return await import('./queries.ts');
  } catch {
    return null;
  }
}

export type AnswerQuery = (query: ReplicaQuery) => Promise<QueryAnswer | NoAnswer>;

export function createLateQueries(sources: QuerySources): AnswerQuery {
  let answer: ((query: ReplicaQuery) => Promise<QueryAnswer>) | null = null;
  return async (query) => {
    const queries = await loadQueries();
    if (queries === null) return NOT_LOADED;
    answer ??= queries.createQueries(sources);
    return answer(query);
  };
}
