import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  CLUSTER_SIDE_WRITES,
  CUT_NAMESPACE_WRITES,
  NAMESPACE_WRITES,
} from '../../functions/kubernetes/filter-pattern.ts';
import { matchesJson } from './json-pattern.ts';

const matchesRegex = (pattern: string, line: string): boolean => new RegExp(pattern.slice(1, -1)).test(line);

const event = (changes: object = {}) =>
  JSON.stringify({
    kind: 'Event',
    stage: 'ResponseComplete',
    requestURI: '/api/v1/namespaces',
    verb: 'create',
    user: { username: 'somebody' },
    userAgent: 'kubectl',
    objectRef: { resource: 'namespaces', name: 'a', apiVersion: 'v1' },
    responseStatus: { metadata: {}, code: 201 },
    ...changes,
  });

const sample = (name: string) => readFileSync(join(__dirname, '..', 'samples', name), 'utf8');
const recorded = sample('first.jsonl').trimEnd().split('\n');
const truth: { line: number; outcome: string }[] = JSON.parse(sample('first.truth.json'));

describe('both patterns', () => {
  test('let every creation and attempt of the recording through, whatever came of it', () => {
    expect(new Set(truth.map(({ outcome }) => outcome)).size).toBeGreaterThan(2);
    for (const { line } of truth) {
      const text = recorded[line - 1] ?? '';
      expect([line, matchesJson(NAMESPACE_WRITES, text), matchesRegex(CUT_NAMESPACE_WRITES, text)]).toEqual([
        line,
        true,
        true,
      ]);
    }
  });

  test('keep most of the recording away', () => {
    for (const matches of [
      recorded.filter((line) => matchesJson(NAMESPACE_WRITES, line)),
      recorded.filter((line) => matchesRegex(CUT_NAMESPACE_WRITES, line)),
    ])
      expect(matches.length).toBeLessThan(recorded.length / 5);
  });

  test('fit into a subscription filter', () => {
    expect(NAMESPACE_WRITES.length).toBeLessThanOrEqual(1024);
    expect(CUT_NAMESPACE_WRITES.length).toBeLessThanOrEqual(1024);
  });
});

describe('the JSON pattern', () => {
  test.each([
    ['a creation', {}, true],
    ['a server-side apply', { verb: 'patch' }, true],
    ['a refusal', { responseStatus: { code: 403 } }, true],
    ['a refusal without a name', { objectRef: { resource: 'namespaces' }, responseStatus: { code: 403 } }, true],
    ['a panic', { stage: 'Panic', responseStatus: undefined }, true],
    ['text that looks like another verb', { userAgent: '"verb":"get"' }, true],
    ['a deletion', { verb: 'delete' }, true],
    ['another verb', { verb: 'get' }, false],
    ['another resource', { objectRef: { resource: 'pods', namespace: 'a' } }, false],
    ['refused unheard', { stage: 'ResponseStarted', responseStatus: { code: 401 } }, true],
    ['another stage', { stage: 'RequestReceived' }, false],
  ])('%s', (_, changes, expected) => {
    expect(matchesJson(NAMESPACE_WRITES, event(changes))).toBe(expected);
  });

  test('does not see a cut line: that is what the other one is for', () => {
    const cut = event().slice(0, -10);
    expect(matchesJson(NAMESPACE_WRITES, cut)).toBe(false);
    expect(matchesRegex(CUT_NAMESPACE_WRITES, cut)).toBe(true);
  });

  test('uses equality alone', () => {
    expect(NAMESPACE_WRITES).not.toMatch(/!|NOT|IS|[<>*%]/);
  });
});

describe('the pattern for cut lines', () => {
  test.each([
    ['a creation, cut in the object', event().slice(0, -10), true],
    ['a server-side apply, cut', event({ verb: 'patch' }).slice(0, -10), true],
    ['cut right behind the resource', event().replace(/(?<="namespaces").*$/, '[Truncated...]'), true],
    [
      'cut before objectRef: the request stands before the user',
      event().replace(/"objectRef.*$/, '[Truncated...]'),
      true,
    ],
    ['cut right behind the verb', event().replace(/"user".*$/, '[Truncated...]'), true],
    ['a query', event({ requestURI: '/api/v1/namespaces?fieldManager=x' }).replace(/"user".*$/, ''), true],
    ['slashes at the end', event({ requestURI: '/api/v1/namespaces//' }).replace(/"user".*$/, ''), true],
    ['a patch', event({ verb: 'patch', requestURI: '/api/v1/namespaces/a.b-c' }).replace(/"user".*$/, ''), true],
    [
      'a patch with a query',
      event({ verb: 'patch', requestURI: '/api/v1/namespaces/a//?force=true' }).replace(/"user".*$/, ''),
      true,
    ],
    ['a path with escapes, by its resource', event({ requestURI: '/api/v1/%6eamespaces' }).slice(0, -10), true],
    [
      'a path with escapes, cut before its resource: only coverage finds it',
      event({ requestURI: '/api/v1/%6eamespaces' }).replace(/"objectRef.*$/, ''),
      false,
    ],
    [
      'an audit id that pushes the request behind the cut: only coverage finds it',
      event().replace(/"requestURI.*$/, ''),
      false,
    ],
    [
      'something created in a namespace',
      event({ requestURI: '/api/v1/namespaces/a/pods', objectRef: { resource: 'pods', namespace: 'a' } }),
      false,
    ],
    [
      'something patched in a namespace',
      event({
        verb: 'patch',
        requestURI: '/api/v1/namespaces/a/pods/b',
        objectRef: { resource: 'pods', namespace: 'a' },
      }),
      false,
    ],
    ['a list of namespaces', event({ verb: 'list', requestURI: '/api/v1/namespaces?limit=500' }), false],
    [
      'a lost event, whatever its path',
      '2026-11-23T07:02:51Z AUDIT: id="a" stage="ResponseComplete" ip="127.0.0.1" method="patch" uri="/api/v1/%6eamespaces/x"',
      true,
    ],
    [
      'a lost event of another verb',
      '2026-11-23T07:02:51Z AUDIT: id="a" stage="ResponseComplete" ip="127.0.0.1" method="get" uri="/api/v1/namespaces/x"',
      false,
    ],
    ['another verb', event({ verb: 'delete' }).slice(0, -10), false],
    [
      'another resource',
      event({
        requestURI: '/api/v1/namespaces/namespaces/pods',
        objectRef: { resource: 'pods', namespace: 'namespaces' },
      }).slice(0, -10),
      false,
    ],
  ])('%s', (_, line, expected) => {
    expect(matchesRegex(CUT_NAMESPACE_WRITES, line)).toBe(expected);
  });

  test('has only characters that the syntax of CloudWatch Logs allows', () => {
    expect(CUT_NAMESPACE_WRITES).toMatch(/^%[A-Za-z0-9_#=@/;,\-^$?[\]{}|\\*+.]+%$/);
  });
});

describe('the pattern of writes on which the sentinel rests', () => {
  const policies = { apiGroup: 'admissionregistration.k8s.io', resource: 'validatingadmissionpolicies' };
  const rbac = 'rbac.authorization.k8s.io';
  const configMaps = { resource: 'configmaps', namespace: 'kube-system' };
  const write = (verb: string, objectRef: object, changes: object = {}) =>
    matchesJson(CLUSTER_SIDE_WRITES, event({ verb, objectRef, ...changes }));

  test('takes each write to an object of ours and to aws-auth, and deletions of whole collections', () => {
    for (const verb of ['create', 'update', 'patch', 'delete']) {
      expect([verb, write(verb, { ...policies, name: 'namespace-sentinel-freeze' })]).toEqual([verb, true]);
      expect([verb, write(verb, { ...configMaps, name: 'aws-auth' })]).toEqual([verb, true]);
    }
    for (const resource of ['clusterroles', 'clusterrolebindings'])
      expect(write('patch', { apiGroup: rbac, resource, name: 'namespace-sentinel:watch' })).toBe(true);
    expect(write('deletecollection', policies)).toBe(true);
    expect(write('deletecollection', configMaps)).toBe(true);
  });

  test('takes nothing else', () => {
    const ours = { ...policies, name: 'namespace-sentinel-freeze' };
    expect(write('get', ours)).toBe(false);
    expect(write('patch', { ...policies, name: 'kyverno' })).toBe(false);
    expect(write('patch', { ...policies, apiGroup: 'apps', name: 'namespace-sentinel-x' })).toBe(false);
    expect(write('patch', ours, { stage: 'ResponseStarted' })).toBe(false);
    expect(write('patch', { ...configMaps, name: 'coredns' })).toBe(false);
    expect(write('patch', { ...configMaps, namespace: 'shop', name: 'aws-auth' })).toBe(false);
    // What a namespace's deletion takes along, and what the playbook writes in a namespace.
    expect(write('deletecollection', { apiGroup: rbac, resource: 'rolebindings', namespace: 'shop' })).toBe(false);
    expect(write('create', { apiGroup: rbac, resource: 'rolebindings', name: 'namespace-sentinel-x7k2p' })).toBe(false);
  });

  test('is not longer than CloudWatch Logs takes', () => {
    expect(CLUSTER_SIDE_WRITES.length).toBeLessThanOrEqual(1024);
  });
});
