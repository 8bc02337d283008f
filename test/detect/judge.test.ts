import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { jsonBytes } from '../../functions/contract/sizes.ts';
import { MAX_FINDING_BYTES, type Outcome } from '../../functions/contract/vocabulary.ts';
import { judge } from '../../functions/detect/judge.ts';
import type { Judgement } from '../../functions/detect/record.ts';
import { anyText } from '../any-text.ts';
import { apply, creation, line, refusal } from './events.ts';

const cluster = { name: 'prod', region: 'eu-central-1', account: '111122223333' };
const verdictOf = (event: unknown): Judgement =>
  judge({ text: typeof event === 'string' ? event : line(event), cluster });

function findingOf(event: unknown) {
  const verdict = verdictOf(event);
  if (verdict.kind !== 'finding') throw new Error(`no finding: ${verdict.kind}`);
  return verdict.finding;
}

const withMetadata = (metadata: object, changes = {}) =>
  creation({ responseObject: { kind: 'Namespace', apiVersion: 'v1', metadata }, ...changes });
const uri = (query: string, changes = {}) => creation({ requestURI: `/api/v1/namespaces?${query}`, ...changes });
const bodiless = { requestObject: undefined, responseObject: undefined };
const ref = (changes: object) => ({ resource: 'namespaces', name: 'team-a', apiVersion: 'v1', ...changes });

const allowed = { annotations: { 'authorization.k8s.io/decision': 'allow' } };
const allowedInElastic = { annotations: { 'authorization_k8s_io/decision': 'allow' } };
const MAY_NOT_CREATE =
  'namespaces "team-a" is forbidden: User "bob" cannot create resource "namespaces" in API group "" at the cluster scope';

describe('the outcome', () => {
  const cases: [string, unknown, Outcome][] = [
    ['create 201', creation(), 'created'],
    ['create 200', creation({ responseStatus: { code: 200 } }), 'created'],
    ['create 202', creation({ responseStatus: { code: 202 } }), 'created'],
    ['audit.k8s.io/v1beta1', creation({ apiVersion: 'audit.k8s.io/v1beta1' }), 'created'],
    ['empty apiGroup', creation({ objectRef: ref({ apiGroup: '' }) }), 'created'],
    ['server-side apply 201', apply(201), 'created'],
    ['a decoy parameter that spells dryRun', uri('fieldManager=dryRun%3DAll&pretty=dryRun'), 'created'],
    ['a decoy without bodies', uri('fieldManager=dryRun%3DAll&pretty=dryRun', bodiless), 'created'],
    ['dryRun that Go drops: broken escape', uri('dryRun=%zz', bodiless), 'created'],
    ['dryRun that Go drops: semicolon', uri('a=1;dryRun=All', bodiless), 'created'],
    ['dryRun in the query, yet stored', uri('dryRun=All'), 'created'],
    ['dryRun in the path only', creation({ requestURI: '/api/v1/namespaces', ...bodiless }), 'created'],
    ['a label that looks like a verb', withMetadata({ resourceVersion: '1', labels: { verb: 'get' } }), 'created'],
    [
      'sorted keys, spaces, escapes',
      JSON.stringify(creation(), null, 1).replace('"namespaces"', '"\\u006eamespaces"'),
      'created',
    ],
    ['403 by RBAC', refusal(403, { objectRef: { resource: 'namespaces', apiVersion: 'v1' } }), 'attempt-denied'],
    ['403 by an admission policy', refusal(403, allowed), 'rejected'],
    ['403 by an admission policy, as Elasticsearch keeps it', refusal(403, allowedInElastic), 'rejected'],
    [
      '403 for a server-side apply that may patch and not create',
      apply(403, { ...allowed, responseStatus: { code: 403, message: MAY_NOT_CREATE } }),
      'attempt-denied',
    ],
    ['server-side apply refused by admission', apply(403, allowed), 'rejected'],
    ['403 without annotations', refusal(403, { annotations: undefined }), 'attempt-denied'],
    [
      '401, which ends at stage ResponseStarted',
      refusal(401, { user: {}, stage: 'ResponseStarted' }),
      'attempt-denied',
    ],
    ['401 with an empty user', refusal(401, { user: {} }), 'attempt-denied'],
    ['server-side apply 403 by RBAC', apply(403, { requestObject: undefined }), 'attempt-denied'],
    ['409', refusal(409), 'already-exists'],
    ['422 by validation', refusal(422), 'rejected'],
    ['429', refusal(429), 'rejected'],
    ['415, a wrong media type', refusal(415), 'rejected'],
    ['405, POST to an item', refusal(405, { requestURI: '/api/v1/namespaces/team-a' }), 'rejected'],
    ['server-side apply 422', apply(422), 'rejected'],
    ['400 for a bad timeout, at stage ResponseStarted', refusal(400, { stage: 'ResponseStarted' }), 'rejected'],
    ['500', refusal(500), 'outcome-unknown'],
    [
      '500 because a webhook could not be asked: before storage',
      refusal(500, {
        responseStatus: { code: 500, message: 'Internal error occurred: failed calling webhook "a.b": EOF' },
      }),
      'rejected',
    ],
    ['504', refusal(504), 'outcome-unknown'],
    ['stage Panic', creation({ stage: 'Panic', ...bodiless }), 'outcome-unknown'],
    ['no responseStatus', creation({ responseStatus: undefined, ...bodiless }), 'outcome-unknown'],
    ['a code that is not a number', creation({ responseStatus: { code: '201' } }), 'outcome-unknown'],
  ];
  test.each(cases)('%s', (_, event, outcome) => {
    expect(findingOf(event)).toMatchObject({ outcome, cluster });
  });
});

describe('no creation', () => {
  const dry = withMetadata({ name: 'team-a', uid: 'u', creationTimestamp: '2026-11-23T07:02:51Z' });
  const cases: [string, unknown, RegExp][] = [
    ['dry run, both signs', { ...dry, requestURI: '/api/v1/namespaces?dryRun=All' }, /dry run/],
    ['dry run, percent-encoded', uri('dr%79Run=%41ll', bodiless), /dry run/],
    ['dry run, bytes that are not UTF-8 beside it', uri('a=%ff&dryRun=%ff', bodiless), /dry run/],
    ['dry run, parameter without value', uri('dryRun', bodiless), /dry run/],
    ['dry run, only the second sign', dry, /resourceVersion/],
    ['dry run by server-side apply', { ...apply(201), responseObject: dry.responseObject }, /dry run/],
    ['dry run refused', uri('dryRun=All', { responseStatus: { code: 403 }, ...bodiless }), /dry run/],
    ['server-side apply 200', apply(200), /existing/],
    ['merge patch 200', apply(200, { requestURI: '/api/v1/namespaces/team-a' }), /existing/],
    ['merge patch 404', apply(404), /server-side apply/],
    ['POST to a path that leads nowhere', refusal(404), /path/],
    ['JSON patch refused by admission', apply(403, { requestObject: [{ op: 'add' }] }), /server-side apply/],
    [
      'dry run, answered with metadata only',
      { ...dry, responseObject: { kind: 'PartialObjectMetadata', metadata: {} } },
      /resourceVersion/,
    ],
    ['merge patch 403', apply(403, { requestURI: '/api/v1/namespaces/team-a' }), /server-side apply/],
    [
      'patch of labels 422',
      apply(422, {
        requestURI: '/api/v1/namespaces/team-a?fieldManager=kubectl-label',
        requestObject: { metadata: {} },
      }),
      /server-side apply/,
    ],
    ['another API group', creation({ objectRef: ref({ apiGroup: 'example.com' }) }), /API group/],
    ['subresource finalize', creation({ objectRef: ref({ subresource: 'finalize' }) }), /subresource/],
    ['subresource status', apply(201, { objectRef: ref({ subresource: 'status' }) }), /subresource/],
    ['another resource', creation({ objectRef: ref({ resource: 'pods' }) }), /resource pods/],
    ['no resource', creation({ objectRef: undefined }), /no resource/],
    ...['update', 'get', 'list', 'watch', 'deletecollection'].map((verb): [string, unknown, RegExp] => [
      `verb ${verb}`,
      creation({ verb }),
      /verb/,
    ]),
    ...['RequestReceived', 'ResponseStarted'].map((stage): [string, unknown, RegExp] => [
      `stage ${stage}`,
      creation({ stage }),
      /stage/,
    ]),
  ];
  test.each(cases)('%s', (_, event, reason) => {
    expect(verdictOf(event)).toEqual({ kind: 'nothing', reason: expect.stringMatching(reason) });
  });
});

describe('not understood', () => {
  const cases: [string, string][] = [
    ['empty', ''],
    ['text', 'I1123 07:02:18.048964 1 server.go:1] starting'],
    ['an array', '[]'],
    ['null', 'null'],
    ['another object', '{"kind":"Status"}'],
    ['an Event of another API', '{"kind":"Event","apiVersion":"v1"}'],
    ['a cut line of another object', '{"level":"info","msg":"trunca'],
    [
      'an audit event cut in its auditID',
      `{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"${'a'.repeat(999)}`,
    ],
    ['an audit event without verb', line(creation({ verb: undefined }))],
    ['an audit event without stage', line(creation({ stage: 7 }))],
  ];
  test.each(cases)('%s', (_, text) => {
    expect(verdictOf(text)).toEqual({ kind: 'rejected', reason: expect.stringMatching(/\w/) });
  });
});

describe('the namespace', () => {
  test('with generateName the answer holds the name', () => {
    const event = withMetadata({ name: 'gen-x7', resourceVersion: '1' }, { objectRef: { resource: 'namespaces' } });
    expect(findingOf(event).namespace).toEqual({ name: 'gen-x7', labels: { team: 'a' } });
  });
  test('a refused generateName leaves the prefix', () => {
    const event = refusal(422, {
      objectRef: { resource: 'namespaces' },
      requestObject: { kind: 'Namespace', metadata: { generateName: 'gen-' } },
    });
    expect(findingOf(event).namespace).toEqual({ name: 'gen-*' });
  });
  test('refused by RBAC it is not known, and so absent', () => {
    const event = refusal(403, { objectRef: { resource: 'namespaces' }, requestObject: undefined });
    expect(findingOf(event).namespace).toEqual({});
  });
  test('uid, time, labels and annotations come from the answer', () => {
    expect(findingOf(creation()).namespace).toEqual({
      name: 'team-a',
      uid: '28108d55-f7d8-45c8-90ac-e1dbd86c7307',
      createdAt: '2026-11-23T07:02:51Z',
      labels: { team: 'a', 'kubernetes.io/metadata.name': 'team-a' },
    });
  });
  test('an answer that was asked for as a table holds the object in its row', () => {
    const object = { kind: 'PartialObjectMetadata', metadata: { name: 'team-a', uid: 'u-1', resourceVersion: '7' } };
    const event = creation({ responseObject: { kind: 'Table', metadata: {}, rows: [{ cells: [], object }] } });
    expect(findingOf(event)).toMatchObject({ outcome: 'created', namespace: { uid: 'u-1' } });
  });
  test('a label named __proto__ is a label', () => {
    const metadata = JSON.parse('{"resourceVersion":"1","labels":{"__proto__":"x"}}');
    expect(Object.entries(findingOf(withMetadata(metadata)).namespace.labels ?? {})).toEqual([['__proto__', 'x']]);
  });
});

test('request and source are reported', () => {
  const verdict = judge({ text: line(creation()), cluster, logGroup: 'g', logStream: 's', eventId: 'e' });
  expect(verdict).toMatchObject({
    finding: {
      request: {
        auditId: 'f5701148-9bbb-4b01-bc52-bd96318cda44',
        verb: 'create',
        code: 201,
        at: '2026-11-23T07:02:51.301986Z',
        sourceIps: ['203.0.113.9', '198.51.100.7'],
        grantedBy: expect.stringContaining('ClusterRoleBinding "devs"'),
      },
      source: { kind: 'audit-log', logGroup: 'g', logStream: 's', eventId: 'e' },
    },
  });
});

test('bodies dropped by the API server: created, marked as truncated', () => {
  const annotations = { 'audit.k8s.io/truncated': 'true' };
  expect(findingOf(creation({ ...bodiless, annotations }))).toMatchObject({
    outcome: 'created',
    source: { truncated: true },
  });
});

describe('sizes', () => {
  test.each([
    ['one of 256 KiB of control characters', { a: '\u0001'.repeat(256 * 1024) }],
    ['many small ones', Object.fromEntries(Array.from({ length: 9_000 }, (_, i) => [`k${i}`, 'v'.repeat(20)]))],
  ])('annotations: %s', (_, annotations) => {
    const finding = findingOf(withMetadata({ name: 'team-a', uid: 'u-1', resourceVersion: '1', annotations }));
    expect(jsonBytes(finding)).toBeLessThanOrEqual(MAX_FINDING_BYTES);
    expect(finding).toMatchObject({ outcome: 'created', namespace: { name: 'team-a', uid: 'u-1' }, cluster });
    expect(finding.cut).toContainEqual({
      path: expect.stringContaining('namespace.annotations'),
      bytes: expect.any(Number),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });
});

describe('the first recording', () => {
  test('has exactly the outcomes that its truth tells', () => {
    const truth = JSON.parse(readFileSync('test/samples/first.truth.json', 'utf8'));
    const found = readFileSync('test/samples/first.jsonl', 'utf8')
      .split('\n')
      .flatMap((text, index) => {
        const verdict = judge({ text, cluster });
        if (verdict.kind !== 'finding') return [];
        const { request, outcome, namespace } = verdict.finding;
        return { line: index + 1, auditID: request.auditId, outcome, namespace: namespace.name ?? null };
      });
    expect(found).toEqual(truth);
  });
});

describe('properties', () => {
  test('any text has a verdict', () => {
    const nearly = fc.tuple(fc.nat(2_000), fc.string()).map(([at, junk]) => line(creation()).slice(0, at) + junk);
    fc.assert(
      fc.property(fc.oneof(anyText(), nearly, fc.json()), (text) => {
        expect(['finding', 'nothing', 'rejected']).toContain(verdictOf(text).kind);
      }),
      { numRuns: 2_000 },
    );
  });
  test('an answer whose kind cannot be made a text has a verdict', () => {
    const responseObject = { kind: { toString: 1, valueOf: 1 }, metadata: {} };
    expect(verdictOf(creation({ responseObject })).kind).toBe('finding');
  });

  test('fields of any type have a verdict', () => {
    fc.assert(
      fc.property(
        fc.record({ field: fc.constantFrom(...Object.keys(creation())), value: fc.jsonValue() }),
        ({ field, value }) => {
          expect(['finding', 'nothing', 'rejected']).toContain(verdictOf(creation({ [field]: value })).kind);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
