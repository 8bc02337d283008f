import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { LocalEks } from '../../functions/clients/local/eks.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import { judge } from '../../functions/detect/judge.ts';
import type { Judgement } from '../../functions/detect/record.ts';
import type { AwsAnswers } from '../../tools/record/incidents/aws.ts';
import type { GroundTruth } from '../../tools/record/incidents/incident.ts';
import type { Truth } from '../../tools/record/truth.ts';

/** The recordings of a real API server, judged; see test/corpus/README.md. */
const CORPUS = 'test/corpus';
const cluster = { name: 'twin', region: 'us-east-1', account: '111122223333' };

const unzipped = (path: string): string => gunzipSync(readFileSync(path)).toString();
const linesOf = (folder: string): string[] => unzipped(`${folder}/audit.jsonl.gz`).split('\n').filter(Boolean);
const judged = (text: string, more = {}): Judgement => judge({ text, cluster, ...more });
const findingOf = (text: string): Finding | undefined => {
  const verdict = judged(text);
  return verdict.kind === 'finding' ? verdict.finding : undefined;
};

const lines = linesOf(CORPUS);
const truth: Truth[] = JSON.parse(readFileSync(`${CORPUS}/truth.json`, 'utf8'));
const events = lines.map((line) => ({ line, finding: findingOf(line), auditID: JSON.parse(line).auditID as string }));
type Event = (typeof events)[number];

/** Each request of ours with the event that it left, by its `Audit-Id`; those that share one, by UID. */
function pair(): { pairs: [Truth, Event | undefined][]; rest: Event[] } {
  const byAuditID = Map.groupBy(events, ({ auditID }) => auditID);
  const left = new Set(events);
  const pairs = truth.map((entry): [Truth, Event | undefined] => {
    const { auditID, uid } = entry;
    const candidates = (auditID === null ? events : (byAuditID.get(auditID) ?? [])).filter((event) => left.has(event));
    const event =
      candidates.find(({ line }) => uid && line.includes(uid)) ?? (auditID === null ? undefined : candidates[0]);
    if (event) left.delete(event);
    return [entry, event];
  });
  return { pairs, rest: [...left] };
}

const { pairs, rest } = pair();
const created = pairs.filter(([{ outcome }]) => outcome === 'created');
/**
 * Where the verdict is another than the truth, because the audit log does not say. Each has to be so, or it has to go.
 */
const DIFFERENCES: readonly {
  case: string;
  truth: Truth['outcome'];
  verdict: Truth['outcome'] | 'no event';
  times: number;
  why: string;
}[] = [
  {
    case: 'server-side apply of YAML',
    truth: 'created',
    verdict: 'no event',
    times: 1,
    why: 'The API server cannot write the event (kubernetes/kubernetes#139419); its own log has a line about it, see below.',
  },
  {
    case: 'server-side apply of YAML',
    truth: 'rejected',
    verdict: 'no event',
    times: 1,
    why: 'The same, refused by an admission policy.',
  },
  {
    case: 'refused as a server-side apply',
    truth: 'rejected',
    verdict: 'no event',
    times: 1,
    why: 'The same, for a body that is not YAML either.',
  },
  {
    case: 'refused as a server-side apply',
    truth: 'rejected',
    verdict: 'nothing',
    times: 1,
    why: 'A body without kind is refused as an apply and looks like any other patch.',
  },
  {
    case: 'server-side apply without a field manager',
    truth: 'rejected',
    verdict: 'nothing',
    times: 1,
    why: 'Looks like any other patch, and is always refused.',
  },
  {
    case: 'server-side apply without a field manager',
    truth: 'attempt-denied',
    verdict: 'nothing',
    times: 1,
    why: 'The same, refused before that was noticed.',
  },
  {
    case: 'a merge patch of a whole object refused by an admission policy',
    truth: 'nothing',
    verdict: 'rejected',
    times: 1,
    why: 'The log does not hold the content type, and the body is as of an apply.',
  },
  {
    case: 'a patch refused as a request',
    truth: 'nothing',
    verdict: 'rejected',
    times: 1,
    why: 'A merge patch with force is refused before its body is logged; only an apply may force.',
  },
];

describe('the recording', () => {
  test('every line is understood', () => {
    expect(lines.filter((line) => judged(line).kind === 'rejected')).toEqual([]);
  });

  test('the verdict on every request is the truth, but for what the log does not say', () => {
    const differences = new Map<string, number>();
    for (const [entry, event] of pairs) {
      const verdict = event ? (event.finding?.outcome ?? 'nothing') : 'no event';
      if (verdict === entry.outcome || (verdict === 'no event' && entry.outcome === 'nothing')) continue;
      const key = `${entry.case}: ${entry.outcome}, judged ${verdict}`;
      differences.set(key, (differences.get(key) ?? 0) + 1);
    }
    expect(Object.fromEntries(differences)).toEqual(
      Object.fromEntries(
        DIFFERENCES.map(({ times, ...row }) => [`${row.case}: ${row.truth}, judged ${row.verdict}`, times]),
      ),
    );
  });

  test('every other event is not a finding', () => {
    // At its start the API server may ask itself twice for its own namespaces; no client of ours sees that.
    const own = (finding: Finding) =>
      finding.actor.username === 'system:apiserver' && finding.outcome === 'already-exists';
    expect(rest.flatMap(({ finding }) => (finding && !own(finding) ? finding : []))).toEqual([]);
  });

  const titled = created.flatMap(([entry, event]) =>
    event ? { title: `${entry.case}, ${entry.namespace}`, entry, event } : [],
  );

  test.each(titled)('created: $title', ({ entry, event: { finding, line } }) => {
    const { actor, impersonated, namespace, uid } = entry;
    expect(finding?.namespace.name).toBe(namespace);
    // Asked for as a table without objects, the answer that is logged does not hold it.
    expect(finding?.namespace.uid).toBe(line.includes(`"${uid}"`) ? uid : undefined);
    expect(finding?.actor).toMatchObject(actor);
    expect(finding?.actor.impersonated?.username).toBe(impersonated);
  });

  test('refused: the actor is right, and the name where the log has one', () => {
    for (const [entry, event] of pairs) {
      if (!event?.finding || entry.outcome === 'created' || entry.outcome === 'nothing') continue;
      const { namespace, actor } = event.finding;
      // What is refused before authentication has no user in the log.
      if (actor.username) expect({ ...entry.actor, ...actor }).toEqual(actor);
      expect([undefined, entry.namespace]).toContain(namespace.name);
    }
  });

  test('all ids differ, also of requests with the same Audit-ID', () => {
    const ids = events.flatMap(({ finding }) => finding?.id ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    expect(truth.filter(({ auditID }) => auditID === '00000000-0000-4000-8000-000000000000')).toHaveLength(2);
  });

  test('delivered again, or by another way, a creation has the same id', () => {
    for (const [, event] of created) {
      if (!event?.finding?.namespace.uid) continue;
      const again = judged(event.line, { logGroup: '/aws/eks/twin/cluster', logStream: 'b', eventId: '2' });
      expect(again).toMatchObject({ finding: { id: event.finding.id } });
    }
  });
});

describe.each([10_000, 256 * 1024])('lines cut after %d characters', (limit) => {
  const MARK = '[Truncated...]';
  const long = pairs.flatMap(([entry, event]) =>
    event && event.line.length > limit ? [{ entry, event, cut: event.line.slice(0, limit) + MARK }] : [],
  );
  const holdsRequest = (text: string) => text.includes('"requestURI":"/api/v1');

  test('there are such lines', () => {
    expect(long.length).toBeGreaterThan(4);
  });

  test('a creation is never lost where the cut line still says what is requested', () => {
    for (const { entry, cut } of long)
      if (entry.outcome === 'created' && holdsRequest(cut))
        expect({ ...entry, outcome: findingOf(cut)?.outcome }).toMatchObject({
          case: entry.case,
          outcome: expect.stringMatching(/^(created|outcome-unknown)$/),
        });
  });

  test('where it does not say, it is kept for a person', () => {
    for (const { entry, cut } of long)
      if (!holdsRequest(cut)) expect({ case: entry.case, ...judged(cut) }).toMatchObject({ kind: 'rejected' });
  });

  test('what was not a creation does not become one', () => {
    for (const { entry, cut } of long)
      if (entry.outcome !== 'created') expect(findingOf(cut)?.outcome).not.toBe('created');
  });
});

test('without bodies, as the API server shortens events that are too long for it, the outcomes are the same', () => {
  for (const [entry, event] of created) {
    if (!event) continue;
    const { requestObject: _, responseObject: __, ...short } = JSON.parse(event.line);
    const text = JSON.stringify({ ...short, annotations: { ...short.annotations, 'audit.k8s.io/truncated': 'true' } });
    expect({ case: entry.case, outcome: findingOf(text)?.outcome }).toEqual({ case: entry.case, outcome: 'created' });
  }
  for (const [{ case: name, request, outcome }, event] of pairs) {
    if (!event || outcome !== 'nothing' || !/dry/.test(name)) continue;
    const { requestObject: _, responseObject: __, ...short } = JSON.parse(event.line);
    expect({ request, finding: findingOf(JSON.stringify(short)) }).toEqual({ request, finding: undefined });
  }
});

describe('events that the API server could not write', () => {
  const records = readFileSync(`${CORPUS}/kube-apiserver.log`, 'utf8').split(/^(?=E\d{4} )/m);
  const lost = pairs.flatMap(([entry, event]) => (event || entry.auditID === null ? [] : entry));

  test('its own log tells about each, and the verdict on that line is the truth as far as a request line goes', () => {
    expect(lost.map(({ outcome }) => outcome)).toEqual(expect.arrayContaining(['created', 'rejected', 'nothing']));
    for (const { auditID, case: name, outcome, namespace, actor, request } of lost) {
      const record = records.find((text) => text.includes(`AUDIT: id="${auditID}" stage="ResponseComplete"`)) ?? '';
      const verdict = judged(record);
      const found = verdict.kind === 'finding' ? verdict.finding : undefined;
      // What a patch without a field manager is cannot be told from a request line, nor who refused with 403.
      const refused = request?.code === 403 ? 'attempt-denied' : outcome;
      const expected = request?.path.includes('fieldManager') ? refused : 'nothing';
      expect({ name, outcome: found?.outcome ?? verdict.kind }).toEqual({ name, outcome: expected });
      if (found) expect([found.namespace.name, found.actor.username]).toEqual([namespace, actor.username]);
    }
  });
  test('the rest of such a record, or of that log, is none', () => {
    expect(judged('E1123 19:53:01.221422 22267 metrics.go:110] Error in audit plugin').kind).toBe('rejected');
  });
});

describe.each(readdirSync(`${CORPUS}/incidents`))('incident %s', (name) => {
  const folder = `${CORPUS}/incidents/${name}`;
  const incident: GroundTruth = JSON.parse(readFileSync(`${folder}/incident.json`, 'utf8'));
  const aws: AwsAnswers = JSON.parse(readFileSync(`${folder}/aws.json`, 'utf8'));
  const looks = ['first', 'second'].map((look) => unzipped(`${folder}/objects-${look}.json.gz`));
  const audit = linesOf(folder);
  const found = audit.flatMap((line) => findingOf(line) ?? []);

  test('the creations are found, by whom they were made, and no others', () => {
    const made = found.filter(({ outcome }) => outcome === 'created');
    expect(made.map(({ namespace, request }) => [namespace.name, namespace.uid, request.auditId])).toEqual(
      incident.creations.map(({ namespace, uid, auditID }) => [namespace, uid, auditID]),
    );
    for (const [index, { actor }] of incident.creations.entries()) expect(made[index]?.actor).toMatchObject(actor);
  });

  test('what allowed it is what the script says', () => {
    const [, object = ''] = /^(?:ClusterRoleBinding|access policy) (\S+)/.exec(incident.right.object) ?? [];
    const [made] = found.filter(({ outcome }) => outcome === 'created');
    expect(made?.request.grantedBy).toContain(object);
  });

  test('every step is in the log, with its answer', () => {
    const codes = new Map(
      audit.map((line) => JSON.parse(line)).map(({ auditID, responseStatus }) => [auditID, responseStatus?.code]),
    );
    const steps = incident.steps.filter(({ auditID }) => auditID);
    expect(steps.length).toBeGreaterThan(0);
    for (const { auditID, code, does } of steps) expect({ does, code: codes.get(auditID) }).toEqual({ does, code });
  });

  test('the objects that the facts name are there at the second look, and workloads not before', () => {
    const [first = '', second = ''] = looks;
    for (const { kind, object } of incident.facts.after) {
      const inCluster = /^[A-Z]\w+ ([\w-]+)\/([\w-]+)$/.exec(object)?.[2];
      if (!inCluster) continue;
      expect(second).toContain(`"name": "${inCluster}"`);
      if (kind === 'workload') expect(first).not.toContain(`"name": "${inCluster}"`);
    }
    for (const { uid } of incident.creations) expect(first).toContain(`"uid": "${uid}"`);
  });

  test('nothing in it is secret', () => {
    for (const text of [...looks, ...audit]) expect(text).not.toMatch(/eyJhbGciOi|k8s-aws-v1\.|PRIVATE KEY/);
    for (const text of looks)
      expect(Object.keys(JSON.parse(text)).filter((path) => path.includes('secrets'))).toEqual([]);
  });

  test('EKS knows the actor, where it is one of IAM', async () => {
    const signal = new AbortController().signal;
    const eks = new LocalEks([aws]);
    await expect(eks.describeCluster(incident.cluster.name, signal)).resolves.toMatchObject({ status: 'ACTIVE' });
    for (const { actor } of incident.creations)
      if (actor.principalArn)
        await expect(eks.describeAccessEntry(incident.cluster.name, actor.principalArn, signal)).resolves.toMatchObject(
          {
            createdAt: expect.any(Date),
          },
        );
  });
});
