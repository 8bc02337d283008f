/** Whatever the looks find, the last message about a finding never says what is no longer so, and always says how grave it is. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { verdictOf, withUpdate } from '../../functions/alert/later-look.ts';
import { audienceOf, newsOf } from '../../functions/alert/news.ts';
import type { Alert } from '../../functions/contract/alert.ts';
import type { AssessmentSnapshot, Evidence } from '../../functions/contract/investigation.ts';
import { gradesFrom, SEVERITIES, severityOf } from '../../functions/contract/vocabulary.ts';
import { HIGH } from './examples.ts';

/** What is really so at a look, and which checks answer. */
const look = fc.record({
  pods: fc.constantFrom(0, 2),
  danger: fc.boolean(),
  live: fc.constantFrom('confirmed', 'absent', 'other-uid'),
  refused: fc.boolean(),
  answers: fc.record({ workloads: fc.boolean(), namespace: fc.boolean(), 'refused-requests': fc.boolean() }),
});
type Look = typeof look extends fc.Arbitrary<infer T> ? T : never;

function alertOf({ pods, danger, live, refused, answers }: Look): Alert {
  const isDangerous = danger && pods > 0;
  const evidence = (check: keyof Look['answers'], status: 'found' | 'clear', details: object): Evidence => ({
    check,
    question: `What of ${check}?`,
    tookMs: 1,
    ...(answers[check]
      ? { status, summary: `${check} ${status}`, details: { ...details } }
      : { status: 'not-checked', summary: 'No answer.', reason: 'denied' }),
  });
  const indicators = [
    ...(isDangerous && answers.workloads ? [{ id: 'miner', weight: 40, reason: 'It mines.', check: 'workloads' }] : []),
    ...(refused && answers['refused-requests']
      ? [{ id: 'refused-before', weight: 15, reason: 'It was refused.', check: 'refused-requests' }]
      : []),
  ];
  const score = indicators.reduce((sum, { weight }) => sum + weight, 0);
  return {
    ...HIGH,
    assessment: { score, severity: severityOf(score), indicators },
    evidence: [
      evidence('workloads', isDangerous ? 'found' : 'clear', { total: pods, pods: { total: pods, running: pods } }),
      evidence('namespace', 'found', { live, phase: 'Active' }),
      evidence('refused-requests', refused ? 'found' : 'clear', { groups: refused ? [{ isActor: true }] : [] }),
    ],
  };
}

const looks = fc.array(look, { minLength: 1, maxLength: 6 });

test('what was told last holds, as far as anybody knows', () => {
  fc.assert(
    fc.property(look, looks, (first, later) => {
      let told: AssessmentSnapshot = verdictOf(alertOf(first));
      for (const [index, now] of later.entries()) {
        const alert = withUpdate(alertOf(now), { number: index + 1, previous: told });
        const verdict = verdictOf(alert, told);
        if (alert.update) {
          expect(newsOf(alert, 300).length + Number(told.severity !== verdict.severity)).toBeGreaterThan(0);
          // Whoever got any message before gets this one.
          for (const least of SEVERITIES)
            if (gradesFrom(least).includes(told.reach ?? 'LOW')) expect(gradesFrom(least)).toContain(audienceOf(alert));
          told = verdict;
          continue;
        }
        const { answers } = now;
        // Nothing runs, nothing is of concern, it is there: no sentence of the last message is wrong.
        if (answers.workloads && verdict.severity !== undefined) {
          if (told.statements?.['workloads'] === 'empty') expect(now.pods).toBe(0);
          if (told.statements?.['workloads'] === 'clear') expect(now.danger && now.pods > 0).toBe(false);
          if (told.reasons?.['miner']) expect(now.danger && now.pods > 0).toBe(true);
        }
        if (answers.namespace && verdict.severity !== undefined && told.statements?.['namespace'])
          expect(verdict.statements?.['namespace']).toBe(told.statements['namespace']);
        if (Object.values(answers).every(Boolean)) expect(verdict.severity).toBe(told.severity);
      }
    }),
    { numRuns: 500 },
  );
});

test('the same look twice is never news', () => {
  fc.assert(
    fc.property(look, (once) => {
      const alert = alertOf(once);
      expect(withUpdate(alert, { number: 1, previous: verdictOf(alert) }).update).toBeUndefined();
    }),
  );
});
