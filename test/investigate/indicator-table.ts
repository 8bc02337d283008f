import { describe, expect, test } from '@jest/globals';
import type { Finding } from '../../functions/contract/finding.ts';
import { type Evidence, MAX_BRIEF } from '../../functions/contract/investigation.ts';
import { RULES } from '../../functions/investigate/indicators/index.ts';
import { judgementOf } from '../../functions/investigate/rule.ts';
import { AT, evidence, finding } from '../checks/examples.ts';

export interface Given {
  finding?: Partial<Finding>;
  evidence?: Evidence[];
  knownAutomation?: string[];
  proxies?: string[];
  breakGlass?: string[];
}

/** Name of the case, the facts, and the weight and a part of the reason, if it applies. */
export type Case = [name: string, given: Given, weight?: number, reason?: string];

/** Rules whose sign has no technique of its own in ATT&CK for Containers. */
const WITHOUT_TECHNIQUE = ['webhook-change', 'guardduty', 'guardduty-elsewhere', 'attack-sequence'];

/** A test for each case of one indicator: some in which it applies, and some in which it does not. */
export function table(id: string, cases: Case[]): void {
  const rule = RULES.find((candidate) => candidate.id === id);
  if (!rule) throw new Error(`no such indicator: ${id}`);
  describe(id, () => {
    test('has a case in which it applies, and one in which it does not', () => {
      expect([...new Set(cases.map(([, , weight]) => weight !== undefined))].sort()).toEqual([false, true]);
    });
    for (const [name, given, weight, reason = ''] of cases) {
      test(name, () => {
        const facts = {
          finding: finding(given.finding),
          evidence: given.evidence ?? [],
          knownAutomation: given.knownAutomation ?? [],
          proxies: given.proxies ?? [],
          breakGlass: given.breakGlass ?? [],
        };
        const judgement = judgementOf(rule, facts);
        if (weight === undefined) {
          expect(judgement).toBeUndefined();
          return;
        }
        expect(judgement).toMatchObject({ reason: expect.stringContaining(reason) });
        expectBrief(judgement?.brief);
        // Names as long as they can be, where the rule takes them: the short form stays short.
        const longNamed = judgementOf(rule, lengthened(facts));
        if (longNamed) expectBrief(longNamed.brief);
        expect(Math.round(rule.weight * (judgement?.share ?? 1))).toBe(weight);
        if (weight > 0 && !WITHOUT_TECHNIQUE.includes(id)) expect(judgement?.technique).toMatch(/^T\d{4}(\.\d{3})?$/);
        // What rests on a check names one that was asked, and that the rule is known to rest on.
        if (judgement?.check !== undefined) {
          expect(rule.shownBy).toContain(judgement.check);
          expect(given.evidence?.map(({ check }) => check)).toContain(judgement.check);
        }
      });
    }
  });
}

/** A whole sentence that can be read alone, in plain words, of the stated length. */
function expectBrief(brief = ''): void {
  expect(brief).toMatch(/^[A-Z"].*\w\)?\.$/s);
  expect(brief.length).toBeLessThanOrEqual(MAX_BRIEF);
  // A first word that leans on a sentence before it, and what plain English does not have.
  expect(brief).not.toMatch(
    /^(?:It|Its|This|That|These|Those|They|Their|He|She|And|Or|But|Also|Which|Here|There it)\b/,
  );
  expect(brief).not.toMatch(/\(s\)|\bundefined\b|\bnull\b|\bNaN\b| {2}|\d+ Pod\b|…|: \.|\b(?:above|below)\b/);
}

const NAMES =
  /^(?:name|on|namespace|binding|gives|by|value|image|type|key|pod|addresses|decidedBy|namePattern|username|what)$/;

/** The same with every name as long as one that an intruder chooses. */
function lengthened<T>(facts: T): T {
  return JSON.parse(
    JSON.stringify(facts, (key: string, value: unknown) =>
      typeof value === 'string' && NAMES.test(key) ? value.padEnd(300, 'x') : value,
    ),
  ) as T;
}

/** The evidence of a check, with these details. */
export const by = (check: string, details: object, status: Evidence['status'] = 'found'): Evidence =>
  evidence({ check, status, details: { ...details } });
/** So many minutes after the request of {@link finding}, as RFC 3339. */
export const minutes = (count: number): string => new Date(Date.parse(AT) + count * 60_000).toISOString();
