/** What belongs to a registered drill says so everywhere; what only says that it is one is called what it is. */
import { describe, expect, test } from '@jest/globals';
import { DESTINATIONS } from '../../functions/alert/destinations/index.ts';
import { emailOf } from '../../functions/alert/email.ts';
import { subjectOf } from '../../functions/alert/headline.ts';
import { momentOf } from '../../functions/alert/moment.ts';
import { containmentReportOf, reportOf } from '../../functions/alert/report/report.ts';
import type { Alert } from '../../functions/contract/alert.ts';
import { digestOf, entryOf, windowOf } from '../../functions/contract/digest.ts';
import { DRILL_LABEL, type DrillState, drillWords } from '../../functions/contract/drill.ts';
import { FINDING, HIGH } from './examples.ts';
import { PARTLY } from './follow-up-samples.ts';

const MOMENT = momentOf(Date.parse('2026-11-23T07:10:00Z'));
const of = (drill: DrillState | undefined, alert: Alert = HIGH): Alert => ({
  ...alert,
  finding: {
    ...alert.finding,
    namespace: { ...FINDING.namespace, labels: { [DRILL_LABEL]: 'true' } },
    ...(drill && { drill }),
  },
});
const flat = (text: string): string => text.replace(/\s+/g, ' ');
const WORDS = { registered: drillWords('registered') ?? '', said: drillWords('said') ?? '' };

describe('an alert of a registered drill', () => {
  test('says so first in the subject, the mail and the report', () => {
    const alert = of('registered');
    expect(subjectOf(alert)).toMatch(/^DRILL HIGH: payments in prod \[/);
    expect(emailOf(alert, MOMENT)).toMatch(/^DRILL HIGH: /);
    expect(flat(emailOf(alert, MOMENT))).toContain(WORDS.registered);
    expect(reportOf(alert)).toContain('<title>DRILL HIGH: ');
    expect(reportOf(alert)).toContain(WORDS.registered);
  });

  test.each(DESTINATIONS.map((each) => [each.id, each] as const))(
    'says so in what %s gets, updates as well',
    (_, destination) => {
      const update = { look: 1, newIndicators: [] };
      for (const alert of [of('registered'), { ...of('registered'), update }])
        expect(destination.alert(alert, MOMENT).body).toMatch(/DRILL HIGH/);
      expect(destination.alert(of('registered'), MOMENT).body).toMatch(/drill\\?":(?:\\?")?(?:true|registered)/);
      expect(destination.followUp({ ...PARTLY, drill: true }, {}, {}).body).toMatch(/DRILL PARTLY CONTAINED/);
    },
  );

  test('is told with its grade and to those to whom it would be told', () => {
    for (const { alert: words } of DESTINATIONS) {
      const [marked, plain] = [of('registered'), of(undefined)].map((alert) => words(alert, MOMENT));
      expect(marked?.attributes).toEqual(plain?.attributes);
    }
  });

  test('whose severity is unknown is called so', () => {
    const { assessment: _, ...bare } = of('registered', { ...HIGH, investigationFailed: 'It crashed.' });
    expect(subjectOf(bare)).toMatch(/^DRILL UNKNOWN: /);
    expect(emailOf(bare, MOMENT)).toMatch(/^DRILL SEVERITY UNKNOWN: /);
  });
});

describe('what only says that it is a drill', () => {
  test('keeps subject, headline, attributes and top of the mail', () => {
    const [said, plain] = [of('said'), of(undefined)];
    expect(subjectOf(said)).toBe(subjectOf(plain));
    const top = (alert: Alert) => emailOf(alert, MOMENT).split('"Quoted" text')[0];
    expect(top(said)).toBe(top(plain));
    for (const { alert: words } of DESTINATIONS) {
      expect(words(said, MOMENT).subject).toBe(words(plain, MOMENT).subject);
      expect(words(said, MOMENT).attributes).toEqual(words(plain, MOMENT).attributes);
      expect(words(said, MOMENT).body).not.toContain('DRILL');
    }
  });

  test('is told as that, and to be treated as real', () => {
    expect(flat(emailOf(of('said'), MOMENT))).toContain(WORDS.said);
    expect(reportOf(of('said'))).toContain(WORDS.said);
  });

  test('is said by a label that anybody can set: without a word of detect it is nothing', () => {
    expect(flat(emailOf(of(undefined), MOMENT))).not.toMatch(/drill (?:was|:)|DRILL/);
  });
});

test('a follow-up says so in subject, mail and report', () => {
  const marked = { ...PARTLY, drill: true };
  const [topic] = DESTINATIONS;
  expect(topic?.followUp(marked, {}, {}).subject).toMatch(/^DRILL PARTLY CONTAINED: /);
  expect(containmentReportOf(marked, {})).toContain('DRILL PARTLY CONTAINED');
});

test('a digest has a row of its own for drills, and hides no real finding behind it', () => {
  const window = windowOf(FINDING.cluster, 0);
  const real = entryOf(FINDING, 'flood');
  const drill = entryOf({ ...FINDING, drill: 'registered' }, 'flood');
  const said = entryOf({ ...FINDING, drill: 'said' }, 'flood');
  expect(drill.row).not.toBe(real.row);
  expect(said).toEqual(real);
  expect(drill.about.weight).toBe(real.about.weight);
  const rowOf = ({ about, sample }: typeof real) => ({ ...about, count: 1, first: sample, latest: sample });
  const mixed = digestOf(window, [rowOf(real), rowOf(drill)], true);
  const alone = digestOf(window, [rowOf(drill)], true);
  for (const destination of DESTINATIONS) {
    expect(destination.digest(mixed, {}).body).toMatch(/DRILL: |"drill":true/);
    const detail = JSON.parse(destination.digest(mixed, {}).body);
    if (destination.id === 'events')
      expect([detail.drill, JSON.parse(destination.digest(alone, {}).body).drill]).toEqual([false, true]);
  }
});
