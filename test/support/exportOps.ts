/** The op log of a replica or of a tab, as text. */

import type { NoAnswer, QueryAnswer } from '../../worker/api.ts';

interface Answering {
  query(query: { readonly type: 'export-ops' }): Promise<QueryAnswer | NoAnswer>;
}

export async function exportOps(of: Answering): Promise<string> {
  const answer = await of.query({ type: 'export-ops' });
  return answer.type === 'export-ops' ? answer.text : '';
}
