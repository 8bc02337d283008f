/** The reports by the rules of axe-core, and their sizes: what a reader meets before the evidence. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import axe, { type AxeResults } from 'axe-core';
import type { Browser } from 'playwright-core';
import { containmentReportOf, reportOf } from '../../functions/alert/report/report.ts';
import { withPlaybooks } from '../../functions/alert/state-machine-arns.ts';
import type { Alert } from '../../functions/contract/alert.ts';
import type { FollowUp } from '../../functions/contract/follow-up.ts';
import { launch } from '../../tools/browser/launch.ts';
import { FOLLOW_UPS, PARTLY, PLAYBOOKS, QUESTION } from '../alert/follow-up-samples.ts';
import { INTRUSION, SAMPLES } from '../alert/report-samples.ts';
import { PLACES, type Places, UNFOLD } from './measure.ts';
import { type Look, measured, Viewer } from './page.ts';

const READERS = 'arn:aws:iam::111122223333:policy/NamespaceSentinel-Reader';
const ALERTS = Object.entries(SAMPLES).map(
  ([name, alert]) => [name, reportOf(withPlaybooks(alert, PLAYBOOKS), READERS)] as const,
);
const MANY = 60;
/** An update with as much that is new as there are reasons, each of them long. */
const NEWS: Alert = {
  ...INTRUSION,
  update: {
    previous: 'HIGH',
    first: { severity: 'HIGH', at: '2026-11-23T07:03:00Z' },
    look: 1,
    newIndicators: ['n0', 'n1', 'n2', 'n3', 'n4'],
  },
  assessment: {
    score: 100,
    severity: 'CRITICAL',
    indicators: Array.from({ length: 9 }, (_, index) => ({
      id: `n${index}`,
      weight: 30 - index,
      reason: `Reason ${index}: ${'Deployment metrics-collector (image and arguments), '.repeat(5)}and more.`,
      brief: `Looks like a cryptominer: Deployment metrics-collector-${index} and 4 more, according to the audit log.`,
    })),
  },
};
const CROWDED: Record<string, FollowUp> = {
  'much that is open': {
    ...PARTLY,
    open: Array.from({ length: MANY }, (_, index) => `Binding ops/b${index} is back.`),
  },
  'a long plan': {
    ...QUESTION,
    question: {
      ...QUESTION.question,
      plan: Array.from({ length: MANY }, (_, index) => ({ kind: 'Job', name: `j${index}`, what: 'deleted' })),
      planTotal: MANY,
    } as NonNullable<FollowUp['question']>,
  },
};
const ENDS = Object.entries<FollowUp>({ ...FOLLOW_UPS, ...CROWDED }).map(
  ([name, followUp]) =>
    [name, containmentReportOf(followUp, PLAYBOOKS, 's3://evidence/alerts/1/report.html', READERS)] as const,
);
const ALL = [...ALERTS, ...ENDS];
const LOOKS: readonly Look[] = [1280, 768, 390].flatMap((width) =>
  ([{ colorScheme: 'light' }, { colorScheme: 'dark' }, { media: 'print' }] as const).map((look) => ({
    width,
    ...look,
  })),
);
/** Of a screen at a desk, in pixels. */
const SCREEN = 800;

let browser: Browser;
let viewer: Viewer;
beforeAll(async () => {
  browser = await launch();
  viewer = await Viewer.on(browser);
});
afterAll(() => browser?.close());

/** What axe-core finds wrong, by rule, with the first element. */
async function violations(): Promise<string[]> {
  const { violations, passes } = (await viewer.page.evaluate("axe.run({ resultTypes: ['violations'] })")) as AxeResults;
  expect(passes.length).toBeGreaterThan(20);
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 120)}`);
}

test.each(ALL)('axe-core finds nothing in the report "%s", at any size, light, dark and on paper', async (_, html) => {
  for (const look of LOOKS) {
    await viewer.show(html, look);
    // By the debugger, which the content security policy does not bind.
    await viewer.page.evaluate(axe.source);
    await viewer.page.evaluate(UNFOLD);
    expect([look, await violations()]).toEqual([look, []]);
  }
});

test('axe-core would find what is wrong', async () => {
  await viewer.show('<!doctype html><html><body><img src="data:,"><a href="#x"></a></body></html>');
  await viewer.page.evaluate(axe.source);
  const { violations } = (await viewer.page.evaluate('axe.run()')) as AxeResults;
  expect(violations.map(({ id }) => id)).toEqual(expect.arrayContaining(['html-has-lang', 'image-alt', 'link-name']));
});

describe('what a reader meets', () => {
  test.each(ALL)('in "%s" is in the order of the document on a phone', async (_, html) => {
    expect((await measured<Places>(viewer, html, PLACES, { width: 390 })).unordered).toEqual([]);
  });

  test.each(ALL)('in "%s" says what to do on the first screen', async (_, html) => {
    expect((await measured<Places>(viewer, html, PLACES)).next).toBeLessThan(SCREEN - 100);
  });

  test.each(ALERTS)(
    'in "%s" has the steps of the mail, in its order, and the first screen isolates',
    async (_, html) => {
      const { steps } = await measured<Places>(viewer, html, PLACES);
      const first = steps.filter(({ word }) => /^(?:Look|Isolate|It)$/.test(word));
      expect(steps.slice(0, first.length)).toEqual(first);
      expect(first.map(({ word }) => word)).toEqual(
        ['Look', 'Isolate', 'It'].filter((word) => first.some((step) => step.word === word)),
      );
      expect(first.find(({ word }) => word === 'Isolate')?.bottom ?? 0).toBeLessThan(SCREEN);
    },
  );

  test.each([...ALERTS, ['much that is new', reportOf(withPlaybooks(NEWS, PLAYBOOKS), READERS)] as const])(
    'in "%s" has all three steps on the first screen, below what is new and why',
    async (_, html) => {
      const { steps } = await measured<Places>(viewer, html, PLACES);
      const first = steps.filter(({ word }) => /^(?:Look|Isolate|It)$/.test(word));
      expect(first.length).toBeGreaterThanOrEqual(2);
      expect(first.filter(({ bottom }) => bottom > SCREEN)).toEqual([]);
    },
  );

  test.each(ALERTS)('in "%s" is at most five screens before the evidence', async (_, html) => {
    const { evidence = 0 } = await measured<Places>(viewer, html, PLACES);
    expect(evidence).toBeLessThanOrEqual(5 * SCREEN);
  });

  test.each(ALL)(
    'in "%s" is folded on screen, opened by a link that leads into it, and open on paper',
    async (_, html) => {
      const screen = await measured<Places>(viewer, html, PLACES);
      expect(screen.shown).toBe(0);
      const paper = await measured<Places>(viewer, html, PLACES, { media: 'print' });
      expect([paper.folds, paper.shown]).toEqual([screen.folds, screen.folds]);
      await viewer.show(html);
      const link = viewer.page.locator('main a[href^="#check-"]').first();
      if ((await link.count()) === 0) return;
      await link.click();
      expect(((await viewer.page.evaluate(PLACES)) as Places).shown).toBe(1);
    },
  );
});
