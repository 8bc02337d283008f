import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Finding } from '../../functions/contract/finding.ts';
import { judge } from '../../functions/detect/judge.ts';
import { apply, creation, line, refusal } from './events.ts';

const padded = (changes = {}) => {
  const metadata = { name: 'team-a', uid: 'u-1', resourceVersion: '7', annotations: { pad: 'x'.repeat(4_000) } };
  return line(
    creation({
      requestObject: {
        kind: 'Namespace',
        apiVersion: 'v1',
        metadata: { name: 'team-a', annotations: metadata.annotations },
      },
      responseObject: { kind: 'Namespace', apiVersion: 'v1', metadata },
      ...changes,
    }),
  );
};
/** Cuts behind the first place of a text. */
const cutAfter = (text: string, mark: string, more = 0): string =>
  text.slice(0, text.indexOf(mark) + mark.length + more);
const judged = (text: string) => judge({ text, cluster: {} });
const found = (text: string): Finding | undefined => {
  const verdict = judged(text);
  return verdict.kind === 'finding' ? verdict.finding : undefined;
};

describe.each([
  ['with the mark', '[Truncated...]'],
  ['simply ended', ''],
])('%s', (_, mark) => {
  test('cut in requestObject: all that decides is there', () => {
    expect(found(cutAfter(padded(), '"requestObject"', 300) + mark)).toMatchObject({
      outcome: 'created',
      namespace: { name: 'team-a' },
      actor: { principalArn: 'arn:aws:iam::111122223333:role/Dev' },
      request: { code: 201 },
      source: { truncated: true },
    });
  });
  test('cut in responseObject: the uid stands before the annotations', () => {
    expect(found(cutAfter(padded(), '"resourceVersion":"7"', 300) + mark)?.namespace.uid).toBe('u-1');
  });
  test('cut before the code: the outcome is not known', () => {
    expect(found(cutAfter(padded(), '"objectRef"', 70) + mark)).toMatchObject({
      outcome: 'outcome-unknown',
      source: { truncated: true },
    });
  });
  test('cut in a long user agent: the path decides that it is about namespaces', () => {
    expect(found(cutAfter(padded({ userAgent: 'A'.repeat(9_000) }), '"userAgent"', 5_000) + mark)).toMatchObject({
      outcome: 'outcome-unknown',
      request: { verb: 'create' },
    });
  });
  test('cut in a long request URI', () => {
    const requestURI = `/api/v1/namespaces?fieldManager=${'A'.repeat(9_000)}`;
    expect(found(cutAfter(padded({ requestURI }), '"requestURI"', 5_000) + mark)?.outcome).toBe('outcome-unknown');
  });
  test('refused', () => {
    const text = padded({ responseStatus: { code: 403 }, responseObject: refusal(403)['responseObject'] });
    expect(found(cutAfter(text, '"requestObject"', 300) + mark)?.outcome).toBe('attempt-denied');
  });
  test.each([
    [504, 'outcome-unknown'],
    [403, 'attempt-denied'],
    [201, 'created'],
  ])('a server-side apply answered with %i', (code, outcome) => {
    const text = padded({
      ...apply(code),
      requestObject: { kind: 'Namespace', metadata: { annotations: { a: 'x'.repeat(999) } } },
    });
    expect(found(cutAfter(text, '"requestObject"', 300) + mark)?.outcome).toBe(outcome);
  });
  test.each([
    ['a dry run by its query', '/api/v1/namespaces?dr%79Run=All'],
    ['a dry run, as far as we read its query', `/api/v1/namespaces?dryRun=All${'&a'.repeat(9_999)}`],
  ])('%s, and the answer stands behind the cut: the outcome is not known', (_, requestURI) => {
    expect(found(cutAfter(padded({ requestURI }), '"requestObject"', 300) + mark)?.outcome).toBe('outcome-unknown');
  });
  test('a query of so many pairs that Go drops all of it asks for no dry run', () => {
    const requestURI = `/api/v1/namespaces?dryRun=All${'&a'.repeat(10_000)}`;
    expect(found(cutAfter(padded({ requestURI }), '"requestObject"', 300) + mark)?.outcome).toBe('created');
  });
  test.each([
    ['create', '/api/v1/%6eamespaces', true],
    ['create', '/api/v1/namespaces/', true],
    ['create', '/api/v1/namespaces//', true],
    ['create', '/api%2Fv1%2Fnamespaces', true],
    ['create', '/api/v1/Namespaces', false],
    ['create', '/api/v1//namespaces', false],
    ['create', '/api/v1/namespaces/a', false],
    ['create', '/api/v1/namespaces/a/namespaces', false],
    ['create', '/api/v1/namespaces//namespaces/', false],
    ['patch', '/api/v1/%6eamespaces/team-a', true],
    ['patch', '/api/v1/namespaces/team-a//', true],
    ['patch', '/api/v1/namespaces/team%2Da?fieldManager=x', true],
    ['patch', '/api/v1/namespaces', false],
    ['patch', '/api/v1/namespaces/team-a/status', false],
    ['patch', '/apis/v1/namespaces/team-a', false],
  ])(
    '%s of %s, cut before the resource: the path decides as the API server resolves it',
    (verb, requestURI, creates) => {
      const query = verb === 'patch' && !requestURI.includes('?') ? '?fieldManager=x' : '';
      const text = padded({ verb, requestURI: requestURI + query, userAgent: 'A'.repeat(9_000) });
      expect(judged(cutAfter(text, '"userAgent"', 5_000) + mark).kind).toBe(creates ? 'finding' : 'nothing');
    },
  );
  test('a parameter in which the URI is cut may go on as one that is dropped', () => {
    const requestURI = `/api/v1/namespaces?dryRun=${'A'.repeat(9_000)}%zz`;
    expect(found(cutAfter(padded({ requestURI }), '"requestURI"', 5_000) + mark)?.outcome).toBe('outcome-unknown');
  });
  test.each([
    ['another verb', { verb: 'update' }, '"requestObject"', 300],
    ['another resource', { objectRef: { resource: 'pods' } }, '"requestObject"', 300],
    [
      'a long user agent on another path',
      { requestURI: '/api/v1/namespaces/a/pods', userAgent: 'A'.repeat(9_000) },
      '"userAgent"',
      99,
    ],
    [
      'a long request URI of another path',
      { requestURI: `/api/v1/pods?a=${'A'.repeat(9_000)}` },
      '"requestURI"',
      5_000,
    ],
    [
      'a long request URI of one object in a namespace',
      { requestURI: `/api/v1/namespaces/a/pods?a=${'A'.repeat(999)}` },
      '"requestURI"',
      500,
    ],
  ])('nothing: %s', (__, changes, place, more) => {
    expect(judged(cutAfter(padded(changes), place, more) + mark).kind).toBe('nothing');
  });
});

test('the text of a label cannot pose as a field', () => {
  const text = padded({
    auditID: 'x","requestURI":"/api/v1/namespaces"',
    requestURI: '/api/v1/pods',
    userAgent: 'A'.repeat(9_000),
  });
  expect(judged(cutAfter(text, '"userAgent"', 50)).kind).toBe('nothing');
});

test('two cut lines alike to the byte are told apart by the id of their log event, one redelivered is not', () => {
  const text = cutAfter(padded(), '"requestObject"', 300);
  const idOf = (eventId: string) => {
    const verdict = judge({ text, cluster: {}, logStream: 's', eventId });
    return verdict.kind === 'finding' ? verdict.finding.id : undefined;
  };
  expect(idOf('1')).toBe(idOf('1'));
  expect(idOf('1')).not.toBe(idOf('2'));
});

test('wherever a creation is cut, it is never taken for anything but a creation', () => {
  const text = padded();
  const uriAt = text.indexOf('/api/v1/namespaces') + '/api/v1/namespaces'.length;
  fc.assert(
    fc.property(fc.integer({ min: uriAt, max: text.length - 1 }), fc.boolean(), (at, mark) => {
      expect(found(text.slice(0, at) + (mark ? '[Truncated...]' : ''))?.outcome).toMatch(/^(created|outcome-unknown)$/);
    }),
    { numRuns: 1_000 },
  );
});
