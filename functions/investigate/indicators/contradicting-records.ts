import { defineRule } from '../rule.ts';

/**
 * A namespace is created once. Where two records of it differ, or the API server differs from the record, one of them was written
 * into the log by somebody else than the API server (MITRE T1565.001, stored data manipulation).
 */
export const contradictingRecords = defineRule({
  id: 'contradicting-records',
  kind: 'threat',
  weight: 50,
  why: 'Only somebody who can write into the log group can make two records differ: HIGH by itself.',
  technique: 'T1565.001',
  judge({ finding: { source } }) {
    if (source.contradicts === undefined) return undefined;
    const what = source.kind === 'coverage' ? 'The API server says otherwise than the record' : 'Two records differ';
    return {
      reason: `${what} of how this namespace was created, so one of them is forged: see finding ${source.contradicts}.`,
      brief: `${source.kind === 'coverage' ? 'The API server contradicts the record' : 'Two records of the creation differ'}, so one of them is forged.`,
    };
  },
});
