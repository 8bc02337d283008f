/**
 * What a check can word as of concern moves the score, or docs/indicators.md says why it does not: everything of the tables
 * below is put before the indicators, as evidence, and one of them has to speak, or the documentation has its row.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { AccessChange } from '../../functions/checks/parts/access-change.ts';
import { ENTRANCE_KINDS } from '../../functions/checks/parts/access-trail.ts';
import { ACCESS_KINDS } from '../../functions/checks/parts/access-writes.ts';
import { ACT_SIGNS } from '../../functions/checks/parts/act-signs.ts';
import { LOG_SIGNS } from '../../functions/checks/parts/log-signs.ts';
import { RIGHTS } from '../../functions/checks/parts/rights.ts';
import { TRAFFIC_SIGNS } from '../../functions/checks/parts/traffic-signs.ts';
import { SIGNS } from '../../functions/checks/parts/workload-signs/index.ts';
import type { Evidence } from '../../functions/contract/investigation.ts';
import { RULES } from '../../functions/investigate/indicators/index.ts';
import { judgementOf } from '../../functions/investigate/rule.ts';
import { AT, finding } from '../checks/examples.ts';
import { by } from './indicator-table.ts';

/** A request that nothing but the evidence says anything about. */
const indicatorsOf = (...evidence: Evidence[]): string[] =>
  RULES.filter(
    (rule) =>
      rule.kind !== 'mitigation' &&
      judgementOf(rule, { finding: finding(), evidence, knownAutomation: [], proxies: [] }) !== undefined,
  ).map(({ id }) => id);

const logged = (check: string, sign: string, namespace: string): Evidence =>
  by(check, { signs: [{ sign, on: 'Pod x', namespace, at: AT, count: 20 }] });
const change = (overrides: Partial<AccessChange>): Evidence =>
  by('access-changes', {
    changes: [{ at: AT, verb: 'create', source: 'audit', concerns: ['actor', 'namespace', 'by-actor'], ...overrides }],
  });
const flow = (sign: string): Evidence =>
  by('network', { services: [], flow: { status: 'read', signs: [{ sign, peers: 12, addresses: ['a'] }] } });

/** By what it is called in the documentation; each way in which it can be shown. */
const CONCERNS: Record<string, Evidence[]> = Object.fromEntries([
  ...SIGNS.map(({ sign }) => [
    `sign ${sign}`,
    [
      by('workloads', { workloads: [{ kind: 'Pod', name: 'x', pods: 1, signs: [{ sign, detail: 'd' }] }] }),
      logged('namespace-activity', sign, 'shop'),
    ],
  ]),
  ...ACT_SIGNS.map(({ sign }) => [
    `act ${sign}`,
    [logged(sign === 'dns-change' ? 'actor-activity' : 'namespace-activity', sign, 'shop')],
  ]),
  ...LOG_SIGNS.map(({ sign }) => [
    `log ${sign}`,
    [by('container-logs', { signs: [{ sign, pod: 'x', firstAt: AT, lastAt: AT, lines: 1 }] })],
  ]),
  ...[...TRAFFIC_SIGNS.map(({ sign }) => sign), 'scan'].map((sign) => [`traffic ${sign}`, [flow(sign)]]),
  ...RIGHTS.map(({ gives }) => [
    `right ${gives}`,
    [
      change({
        what: 'ClusterRoleBinding',
        gives: 'r to x',
        rights: [gives],
        ...(gives === 'everything' && { wide: true }),
      }),
    ],
  ]),
  ...RIGHTS.map(({ right }) => [`may ${right}`, [by('permissions', { may: [{ right, allowed: true }] })]]),
  ...Object.values(ACCESS_KINDS).map((what) => [`change ${what}`, [change({ what, gives: 'x', wide: true })]]),
  ...Object.values(ENTRANCE_KINDS).map((what) => [
    `change ${what}`,
    [change({ what, gives: 'x', wide: true, source: 'cloudtrail', verb: 'x' })],
  ]),
]);

/** Of docs/indicators.md, "What weighs nothing": each with its reason. */
const DECLINED = new Map(
  [
    ...readFileSync('docs/indicators.md', 'utf8').matchAll(
      /^\| ((?:sign|act|log|traffic|right|may|change) [^|`]+) \| ([^|]+) \|$/gm,
    ),
  ].map(([, concern = '', reason = '']) => [concern, reason]),
);

describe('what a check words as of concern', () => {
  test.each(Object.keys(CONCERNS).filter((concern) => !DECLINED.has(concern)))(
    '%s: an indicator reads it, however it is shown',
    (concern) => {
      for (const evidence of CONCERNS[concern] ?? []) expect(indicatorsOf(evidence)).not.toEqual([]);
    },
  );

  test.each([...DECLINED.keys()])('%s: no indicator reads it, as the documentation says', (concern) => {
    expect(Object.keys(CONCERNS)).toContain(concern);
    for (const evidence of CONCERNS[concern] ?? []) expect(indicatorsOf(evidence)).toEqual([]);
  });

  test('nothing speaks where nothing is shown', () => {
    expect(indicatorsOf(by('workloads', { workloads: [] }), by('network', { services: [] }))).toEqual([]);
  });
});

test('what is of concern, and weighs nothing, has a reason', () => {
  expect(DECLINED.size).toBeGreaterThan(0);
  for (const reason of DECLINED.values()) expect(reason.length).toBeGreaterThan(20);
});
