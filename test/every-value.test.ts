/**
 * Every value that the contract has goes the whole way, from the log line to the alert in each of its forms: none of them
 * may be known to one room and refused by another. The values come from the contract's own lists, so a new one is here
 * by itself.
 */

import { readFileSync } from 'node:fs';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { LocalPipeline } from '../bin/local/pipeline.ts';
import { alertFrom } from '../functions/alert/destination.ts';
import { bodies } from '../functions/clients/local/sender.ts';
import { type Alert, alertSchema } from '../functions/contract/alert.ts';
import { SINGLES } from '../functions/contract/digest.ts';
import { LogBudgetExceeded, LogQueryTimeout } from '../functions/contract/errors.ts';
import type { Finding } from '../functions/contract/finding.ts';
import { gradeOf } from '../functions/contract/grade.ts';
import { requestSchema } from '../functions/contract/investigation.ts';
import { read, readJson } from '../functions/contract/read.ts';
import {
  ACTOR_KINDS,
  type ActorKind,
  ALERTING_OUTCOMES,
  gradesFrom,
  LIMITS,
  type Limit,
  OUTCOMES,
  type Outcome,
  SCHEMA_VERSION,
  SOURCE_KINDS,
} from '../functions/contract/vocabulary.ts';
import { judge } from '../functions/detect/judge.ts';
import { TOPICS } from './alert/examples.ts';
import { failed } from './alert/records.ts';
import { creation, line, refusal, role } from './detect/events.ts';

const cluster = { name: 'prod', region: 'eu-central-1', account: '111122223333' };
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sentinel-'));
});
afterAll(() => rm(folder, { recursive: true }));

const newPipeline = () => new LocalPipeline({ cluster, folder, clients: { first: {}, second: {} } });

/** What each destination got of a finding, and the alert as machines get it. @throws where one of them got nothing */
function sentOf({ sender }: LocalPipeline, { id }: Finding): { alert: Alert; texts: string[] } {
  const messages = TOPICS.map((destination) => {
    const sent = sender.sent.filter((each) => each.destination === destination.id && each.message.body.includes(id));
    if (sent.length !== 1) throw new Error(`${destination.id} got ${sent.length} messages of ${id}`);
    return sent[0]?.message ?? { body: '', byProtocol: false, attributes: {} };
  });
  const texts = messages.flatMap((message) => Object.values(bodies(message)));
  const json = messages.find(({ byProtocol }) => byProtocol);
  return { alert: readJson(alertSchema, json ? bodies(json).default : '', 'alert'), texts };
}

async function expectAlert(pipeline: LocalPipeline, finding: Finding): Promise<void> {
  const { alert, texts } = sentOf(pipeline, finding);
  expect(alert.finding).toEqual(finding);
  expect(alert.investigationFailed).toBeUndefined();
  expect(alert.assessment?.severity).toBeDefined();
  expect(texts.filter((text) => text.trim() === '' || /\bundefined\b|\[object Object\]/.test(text))).toEqual([]);
  await access(alert.report ?? 'no report');
}

const PARTS = {
  name: { namespace: { name: 'team-a' } },
  uid: { namespace: { uid: '28108d55-f7d8-45c8-90ac-e1dbd86c7307', createdAt: '2026-11-23T07:02:51Z' } },
  time: { request: { at: '2026-11-23T07:02:51.301986Z' } },
} satisfies Record<string, Partial<Finding>>;

describe('investigate and alert take every finding', () => {
  const names = Object.keys(PARTS) as (keyof typeof PARTS)[];
  /** Every subset of the parts, from none to all. */
  const KNOWN = Array.from({ length: 2 ** names.length }, (_, bits) => names.filter((_, index) => bits & (1 << index)));

  const findings = SOURCE_KINDS.flatMap((source) =>
    OUTCOMES.flatMap((outcome) =>
      ACTOR_KINDS.flatMap((kind) =>
        KNOWN.map((parts): Finding => {
          const known: Partial<Finding>[] = parts.map((part) => PARTS[part]);
          return {
            schemaVersion: SCHEMA_VERSION,
            id: `nsf-${source}-${outcome}-${kind}-${parts.join('-') || 'nothing'}`,
            outcome,
            cluster,
            namespace: Object.assign({}, ...known.map(({ namespace }) => namespace)),
            actor: { kind },
            request: Object.assign({}, ...known.map(({ request }) => request)),
            source: { kind: source },
          };
        }),
      ),
    ),
  );

  test.each(SOURCE_KINDS.flatMap((source) => OUTCOMES.map((outcome) => [source, outcome] as const)))(
    'from %s with outcome %s, of every actor, with and without name, UID and time',
    async (source, outcome) => {
      const some = findings.filter((finding) => finding.source.kind === source && finding.outcome === outcome);
      let pipeline = newPipeline();
      for (const [index, finding] of some.entries()) {
        // After so many creations of an actor, the others of the hour are reported in a digest.
        if (index % SINGLES.actor === 0) pipeline = newPipeline();
        await pipeline.investigate({ finding });
        await expectAlert(pipeline, finding);
      }
      expect(some).toHaveLength(ACTOR_KINDS.length * KNOWN.length);
    },
  );
});

describe('a limit that keeps the logs from being asked', () => {
  /** What the logs say then; each limit by its own error. */
  const ERRORS: Record<Limit, Error> = {
    'log-budget': new LogBudgetExceeded('about 3.00 GB would have to be scanned'),
    'request-rate': Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' }),
    deadline: new LogQueryTimeout('CloudWatch Logs gave the query up'),
  };

  test.each(LIMITS.flatMap((limit) => OUTCOMES.map((outcome) => [limit, outcome] as const)))(
    '%s makes the severity of %s unknown, in every form',
    async (limit, outcome) => {
      const logs = { ask: () => Promise.reject(ERRORS[limit]) };
      const pipeline = new LocalPipeline({ cluster, folder, clients: { first: { logs }, second: { logs } } });
      const finding: Finding = {
        schemaVersion: SCHEMA_VERSION,
        id: `nsf-${limit}-${outcome}`,
        outcome,
        cluster,
        ...PARTS.name,
        actor: { kind: 'user', username: 'alice' },
        ...PARTS.time,
        source: { kind: 'audit-log' },
      };
      await pipeline.investigate({ finding });
      await expectAlert(pipeline, finding);
      const { alert } = sentOf(pipeline, finding);
      expect(alert.assessment).toMatchObject({ severity: 'UNKNOWN', atLeast: 'LOW', limits: [limit] });
      expect(gradeOf(alert)).toBe('UNKNOWN');
      const topic = pipeline.sender.sent.find(({ destination }) => destination === 'topic')?.message;
      expect(topic?.attributes).toMatchObject({ severity: 'UNKNOWN' });
      for (const { message } of pipeline.sender.sent)
        for (const text of Object.values(bodies(message))) expect(text).toContain('UNKNOWN');
      expect(gradesFrom('CRITICAL')).toContain(topic?.attributes['severity']);
    },
  );
});

describe('detect makes a finding of every kind, which goes the whole way', () => {
  const named = (username: string) => ({ username, groups: ['system:authenticated'] });
  /** The user of an audit event, by the kind that it is. */
  const USERS: Record<Exclude<ActorKind, 'unknown'>, object> = {
    'iam-role': role(),
    'iam-user': role({ extra: { canonicalArn: ['arn:aws:iam::111122223333:user/alice'] } }),
    'service-account': named('system:serviceaccount:ci:deployer'),
    node: named('system:node:ip-10-0-0-1'),
    system: named('system:kube-controller-manager'),
    anonymous: named('system:anonymous'),
    user: named('alice'),
  };
  /** What the event answers, by the outcome that it is. */
  const ANSWERS: Record<Outcome, (changes: Record<string, unknown>) => object> = {
    created: creation,
    'attempt-denied': (changes) => refusal(403, changes),
    rejected: (changes) => refusal(422, changes),
    'already-exists': (changes) => refusal(409, changes),
    'outcome-unknown': (changes) => refusal(504, changes),
  };
  const whole = (kind: keyof typeof USERS, outcome: Outcome, changes: Record<string, unknown>): string =>
    line(ANSWERS[outcome]({ user: USERS[kind], ...changes }) as Parameters<typeof line>[0]);
  /** Only a record that was cut can leave the actor unknown, and then its outcome is unknown as well. */
  const cutBeforeUser = (text: string): string => `${text.slice(0, text.indexOf('"user":'))}[Truncated...]`;

  const LINES = ACTOR_KINDS.flatMap((kind): [ActorKind, Outcome, string][] =>
    kind === 'unknown'
      ? [[kind, 'outcome-unknown', cutBeforeUser(line(creation()))]]
      : OUTCOMES.flatMap((outcome): [ActorKind, Outcome, string][] => [
          [kind, outcome, whole(kind, outcome, {})],
          [
            kind,
            outcome,
            whole(kind, outcome, { objectRef: { resource: 'namespaces', apiVersion: 'v1' }, auditID: 'b' }),
          ],
        ]),
  );

  test.each(LINES)('%s, %s', async (kind, outcome, text) => {
    const pipeline = newPipeline();
    const summary = await pipeline.deliver([text]);
    const finding = [...pipeline.table.items.values()][0]?.finding;
    expect(finding).toMatchObject({ outcome, actor: { kind } });
    // The first of its actor and hour alerts; a name that exists never does.
    const alerts = outcome !== 'already-exists';
    expect(summary).toMatchObject({ handedOver: alerts ? 1 : 0, recorded: alerts ? 0 : 1, failed: 0 });
    expect(alerts).toBe(alerts || ALERTING_OUTCOMES.includes(outcome));
    if (alerts && finding) await expectAlert(pipeline, finding);
    else expect(pipeline.sender.sent).toEqual([]);
  });
});

describe('a line cut anywhere', () => {
  const recorded = gunzipSync(readFileSync('test/corpus/audit.jsonl.gz')).toString().split('\n').filter(Boolean);
  const judged = (text: string): Finding | undefined => {
    const verdict = judge({ text, cluster });
    return verdict.kind === 'finding' ? verdict.finding : undefined;
  };

  /** Of each outcome and verb the shortest line of the recording. */
  const samples = new Map<string, string>();
  for (const text of recorded.toSorted((a, b) => a.length - b.length)) {
    const finding = text.length < 8_192 ? judged(text) : undefined;
    const key = `${finding?.outcome} by ${finding?.request.verb}`;
    if (finding && !samples.has(key)) samples.set(key, text);
  }

  /** What is known of it: findings that differ in values alone take the same way. */
  const shapeOf = ({ outcome, namespace, actor, request }: Finding): string =>
    JSON.stringify([outcome, actor.kind, ...[namespace, actor, request].map(Object.keys)]);

  test.each([...samples])(
    '%s: every position can be read by all rooms, and one of each shape alerts',
    async (_, text) => {
      const shapes = new Map<string, string>();
      let began = false;
      for (let end = 1; end < text.length; end++) {
        const cut = text.slice(0, end);
        const finding = judged(cut);
        if (!finding) {
          // Once a line shows that a namespace may have been made, what follows does not hide it.
          if (began) throw new Error(`not seen when it is cut after ${end} characters`);
          continue;
        }
        began = true;
        const readings = [read(requestSchema, { finding }, 'request').finding, alertFrom(failed({}, finding)).finding];
        // Jest's own comparison takes most of the time of so many.
        if (!readings.every((each) => isDeepStrictEqual(each, finding))) expect(readings).toEqual([finding, finding]);
        shapes.set(shapeOf(finding), cut);
      }
      for (const cut of shapes.values()) {
        const pipeline = newPipeline();
        const { handedOver, recorded } = await pipeline.deliver([`${cut}[Truncated...]`]);
        expect(handedOver + recorded).toBe(1);
        const finding = [...pipeline.table.items.values()][0]?.finding;
        if (finding && ALERTING_OUTCOMES.includes(finding.outcome)) await expectAlert(pipeline, finding);
      }
      expect(shapes.size).toBeGreaterThan(1);
    },
  );

  test('the sample has every outcome', () => {
    const outcomes = new Set([...samples.keys()].map((key) => key.split(' ')[0]));
    expect(outcomes).toEqual(new Set(OUTCOMES));
  });
});
