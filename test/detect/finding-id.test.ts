import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { judge } from '../../functions/detect/judge.ts';
import { creation, line, refusal } from './events.ts';

const id = (event: unknown, record: object = {}): string => {
  const verdict = judge({ text: line(event), cluster: { name: 'prod', region: 'r', account: 'a' }, ...record });
  if (verdict.kind !== 'finding') throw new Error(`no finding: ${verdict.kind}`);
  return verdict.finding.id;
};
const withUid = (uid: string, changes = {}) =>
  creation({ responseObject: { kind: 'Namespace', metadata: { uid, resourceVersion: '1' } }, ...changes });

test('two creations that carry the same client-chosen auditID differ', () => {
  expect(id(withUid('u-1'))).not.toBe(id(withUid('u-2')));
});
test('a refusal that carries the UID of a creation does not pass for it', () => {
  expect(id(withUid('u-1', { responseStatus: { code: 409 } }))).not.toBe(id(withUid('u-1')));
});
test('two creations of the same microsecond without bodies differ by their log events', () => {
  const bodiless = creation({
    requestObject: undefined,
    responseObject: undefined,
    objectRef: { resource: 'namespaces' },
  });
  expect(id(bodiless, { eventId: '1' })).not.toBe(id(bodiless, { eventId: '2' }));
});
test.each([
  ['name', { name: 'staging', region: 'r', account: 'a' }],
  ['Region', { name: 'prod', region: 'q', account: 'a' }],
  ['account', { name: 'prod', region: 'r', account: 'b' }],
])('clusters of another %s never mix', (_, cluster) => {
  expect(id(withUid('u-1'), { cluster })).not.toBe(id(withUid('u-1')));
});
test('a creation is the same in whatever form it is read', () => {
  const sorted = Object.fromEntries(Object.entries(withUid('u-1')).sort(([a], [b]) => (a < b ? -1 : 1)));
  expect(id(sorted, { eventId: '9', logStream: 's' })).toBe(id(withUid('u-1')));
});
test.each([
  ['time', { requestReceivedTimestamp: '2026-11-23T07:02:51.301987Z' }],
  ['code', { responseStatus: { code: 422 } }],
  ['user', { user: { username: 'b' } }],
  ['name', { objectRef: { resource: 'namespaces', name: 'b' } }],
])('refusals of another %s differ', (_, changes) => {
  expect(id(refusal(403, changes))).not.toBe(id(refusal(403)));
});

test('no two creations share an id; each keeps its own at every delivery', () => {
  const attempt = fc.record({
    uid: fc.option(fc.uuid(), { nil: undefined }),
    auditID: fc.constantFrom('same', 'other'),
    name: fc.constantFrom('a', 'b'),
    at: fc.integer({ min: 0, max: 999_999 }).map((us) => `2026-11-23T07:02:51.${String(us).padStart(6, '0')}Z`),
  });
  fc.assert(
    fc.property(
      fc.uniqueArray(attempt, { selector: (a) => a.uid ?? a.at, minLength: 2, maxLength: 40 }),
      (attempts) => {
        const ids = (list: typeof attempts) =>
          list.map(({ uid, auditID, name, at }, i) =>
            id(
              uid
                ? withUid(uid, { auditID })
                : refusal(403, {
                    auditID,
                    objectRef: { resource: 'namespaces', name },
                    requestReceivedTimestamp: at,
                  }),
              uid ? { eventId: String(i) } : {},
            ),
          );
        expect(new Set(ids(attempts)).size).toBe(attempts.length);
        expect(ids([...attempts].reverse()).reverse()).toEqual(ids(attempts));
      },
    ),
  );
});
