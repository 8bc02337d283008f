/**
 * Every case of the corpus, played through the real handlers: what all of them come to, how their mails read, and their events. */
import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from '@jest/globals';
import { notificationOf } from '../../functions/alert/destinations/chat.ts';
import { DESTINATIONS } from '../../functions/alert/destinations/index.ts';
import { withPlaybooks } from '../../functions/alert/state-machine-arns.ts';
import { casesOf } from '../../tools/judge/case.ts';
import { type Group, groupsOf, judgeAll } from '../../tools/judge/run.ts';
import type { Judged } from '../../tools/judge/verdict.ts';
import { PLAYBOOKS } from '../alert/follow-up-samples.ts';
import { objectionsTo } from '../alert/outside-schemas.ts';
import { mailAsDeployed, readMails } from '../alert/reader.ts';
import { expectStandingAlone } from '../alert/standing-alone.ts';

let judged: Judged[];
let groups: Group[];

beforeAll(async () => {
  const cases = await Promise.all(['test/corpus/situations', 'test/corpus/incidents'].map(casesOf));
  judged = await judgeAll(cases.flat());
  groups = groupsOf(judged);
}, 180_000);

const missed = ({ title, totals }: Group): string[] =>
  totals.filter(({ met }) => !met).map(({ what, count, of, goal }) => `${title}: ${what}: ${count} of ${of}, ${goal}`);

test('there are enough cases of either kind, and no name is there twice', () => {
  const kinds = judged.map(({ subject }) => subject.kind);
  expect(kinds.filter((kind) => kind === 'hostile').length).toBeGreaterThanOrEqual(30);
  expect(kinds.filter((kind) => kind === 'benign').length).toBeGreaterThanOrEqual(30);
  const names = judged.map(({ subject }) => subject.name);
  expect(names).toEqual([...new Set(names)]);
});

test('each case is found, tells its story, and says who did it', () => {
  for (const { subject, played } of judged) {
    const { name, story, expect: expected } = subject;
    expect([name, played.outcome]).toEqual([name, expect.any(String)]);
    expect([name, story, Object.keys(expected.facts)]).toEqual([
      name,
      expect.stringMatching(/\w/),
      expect.arrayContaining(['actor']),
    ]);
  }
});

test('all totals hold: for all cases, for those by which weights are set, and for the held-out third', () => {
  expect(groups.flatMap(missed)).toEqual([]);
});

test('docs/judgement.md has every case: npm run judge -- --write', () => {
  const page = readFileSync('docs/judgement.md', 'utf8');
  expect(judged.map(({ subject }) => subject.name).filter((name) => !page.includes(`| ${name} |`))).toEqual([]);
});

test('every next step in chat stands alone', () => {
  const alerts = judged.flatMap(({ subject, played }) =>
    (played.alerts ?? []).map((alert) => [subject.name, withPlaybooks(alert, PLAYBOOKS)] as const),
  );
  expect(alerts.length).toBeGreaterThan(100);
  for (const [name, alert] of alerts) expectStandingAlone(name, notificationOf(alert));
});

test('the schemas of receivers object to no alert and no update', async () => {
  const alerts = judged.flatMap(({ played }) => played.alerts ?? []);
  expect(alerts.length).toBeGreaterThan(20);
  expect(alerts.some(({ update }) => update)).toBe(true);
  for (const [id, objections] of Object.entries(objectionsTo)) {
    const row = DESTINATIONS.find((each) => each.id === id);
    const found = await Promise.all(
      alerts.map(async (alert) =>
        (row ? await objections(row.alert(alert)) : [`no ${id}`]).map((why) => `${alert.id}: ${why}`),
      ),
    );
    expect(found.flat()).toEqual([]);
  }
});

readMails(() =>
  judged.flatMap(({ subject, played: { alerts = [] } }) => alerts.map((alert) => mailAsDeployed(subject.name, alert))),
);
