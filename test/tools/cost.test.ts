import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { idleItems, isSpared, scannedGb, total, usageItems } from '../../tools/cost/cost.ts';
import { costPage } from '../../tools/cost/page.ts';
import { ROOT, templateOf } from '../../tools/cost/synthesis.ts';
import {
  alarmMetrics,
  dashboardMetrics,
  logBudget,
  scheduledRuns,
  type Template,
  TemplateError,
} from '../../tools/cost/template.ts';

let one: Template;
let two: Template;
beforeAll(() => {
  one = templateOf(1);
  two = templateOf(2);
});

const withResources = (Resources: Template['Resources']): Template => ({
  ...one,
  Resources: { ...one.Resources, ...Resources },
});

describe('the cost page', () => {
  test('is what `npm run cost` makes of the template', () => {
    expect(readFileSync(join(ROOT, 'docs', 'cost.md'), 'utf8')).toBe(costPage(one, two));
  });

  test('promises at most $3 a month while nothing happens', () => {
    expect(total(idleItems(one))).toBeLessThanOrEqual(3);
    expect(total(idleItems(one))).toBeGreaterThan(1); // the key alone
  });

  test('shows a dashboard that is free as one of the first three', () => {
    for (const metrics of dashboardMetrics(one)) expect([metrics > 20, metrics <= 50]).toEqual([true, true]);
  });
});

describe('the cost', () => {
  const alarm = (Properties: object) => ({ Type: 'AWS::CloudWatch::Alarm', Properties });
  const metric = { MetricStat: {} };

  test('of an alarm goes by the metrics that it looks at', () => {
    const more = withResources({
      a: alarm({ MetricName: 'm' }),
      b: alarm({ Metrics: [{ Expression: 'SUM([m0,m1])' }, metric, metric] }),
    });
    expect(alarmMetrics(more) - alarmMetrics(one)).toBe(3);
    expect(total(idleItems(more)) - total(idleItems(one))).toBeCloseTo(0.3);
  });

  test('counts keys, composite alarms, secrets and dashboards that are too large', () => {
    const widgets = [{ properties: { metrics: Array.from({ length: 51 }, () => ['n', 'm']) } }];
    for (const [Type, Properties, dollars] of [
      ['KMS::Key', {}, 1],
      ['CloudWatch::CompositeAlarm', {}, 0.5],
      ['SecretsManager::Secret', {}, 0.4],
      ['CloudWatch::Dashboard', { DashboardBody: JSON.stringify({ widgets }) }, 3],
    ] as const) {
      const more = withResources({ more: { Type: `AWS::${Type}`, Properties } });
      expect([Type, total(idleItems(more)) - total(idleItems(one))]).toEqual([Type, expect.closeTo(dollars)]);
    }
  });

  test('knows how often the schedule runs, and refuses one that it cannot read', () => {
    expect(scheduledRuns(one)).toBeCloseTo(730 * 12);
    const rule = (ScheduleExpression: string) => ({
      rule: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression } },
    });
    expect(scheduledRuns(withResources(rule('rate(1 day)'))) - scheduledRuns(one)).toBeCloseTo(730 / 24);
    expect(() => scheduledRuns(withResources(rule('cron(0 1 * * ? *)')))).toThrow(TemplateError);
  });

  test('of questions to the logs ends at the budget, and says so', () => {
    expect(logBudget(one)).toEqual({ volumes: 12 });
    const within = { findings: 100, auditGb: 50 };
    const beyond = { findings: 1_000, auditGb: 50 };
    // A day of the log for each creator, and 8 minutes more than what is new at 5 and at 30 minutes.
    expect(scannedGb(one, within)).toBeCloseTo(100 * 50 * (1 + 46 / 1_440));
    expect(isSpared(one, within)).toBe(false);
    expect(scannedGb(one, beyond)).toBeCloseTo(12 * 50 * (730 / 24));
    expect(isSpared(one, beyond)).toBe(true);
  });

  test('grows with findings and with the log, and is nothing without either', () => {
    const cost = (findings: number, auditGb: number) => total(usageItems(one, { findings, auditGb }));
    expect(cost(0, 0)).toBe(0);
    expect(cost(10, 5)).toBeGreaterThan(cost(0, 5));
    expect(cost(10, 50)).toBeGreaterThan(cost(10, 5));
  });
});
