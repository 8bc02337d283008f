import { defineRule, inBrief } from '../rule.ts';

/**
 * The live API server does not have the namespace of the record. Either it is gone already, as those of test runs are
 * within minutes, or the log line is forged by somebody who may write to the log group. Nothing tells the two apart, the
 * first one is common and harms nobody; so it tells something beside a threat only, where it hides what was done.
 */
export const notConfirmed = defineRule({
  id: 'not-confirmed',
  kind: 'commonplace',
  weight: 10,
  why: 'Test runs are gone within minutes, too; with a threat, the deletion hides what was done.',
  technique: 'T1070',
  shownBy: ['namespace'],
  judge(facts, details) {
    const { live } = details.namespace ?? {};
    if (facts.finding.outcome !== 'created' || (live !== 'absent' && live !== 'other-uid')) return undefined;
    const instead = live === 'absent' ? 'does not exist' : 'is not the one that exists by this name';
    return {
      ...inBrief(`The namespace of the record ${instead}: it was deleted already, or the record is forged.`),
      check: 'namespace',
    };
  },
});
