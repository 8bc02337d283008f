import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { judge, judgeLine } from '../../functions/detect/judge.ts';
import { creation, line, refusal } from './events.ts';

const FORMS = 'test/corpus/forms';
const named = (name: string, changes = {}): string => {
  const metadata = { name, uid: `uid-of-${name}`, resourceVersion: '7' };
  return line(
    creation({
      objectRef: { resource: 'namespaces', name, apiVersion: 'v1' },
      responseObject: { kind: 'Namespace', apiVersion: 'v1', metadata },
      ...changes,
    }),
  );
};
const verdicts = (text: string) => judgeLine({ text, cluster: {} });
/** Namespaces that were found, and whether anything was rejected. */
const told = (text: string) => {
  const all = verdicts(text);
  return {
    found: all.flatMap((verdict) => (verdict.kind === 'finding' ? (verdict.finding.namespace.name ?? '-') : [])),
    rejected: all.filter(({ kind }) => kind === 'rejected').length,
  };
};
const LIST = line(creation({ verb: 'list', responseStatus: { code: 200 } }));
const cut = (name: string) => {
  const text = named(name, { requestObject: { metadata: { annotations: { pad: 'x'.repeat(500) } } } });
  return text.slice(0, text.indexOf('xxxx') + 50);
};

describe('all events of a line are found', () => {
  test.each<[string, string, string[], number]>([
    ['behind each other', `${named('a')}${named('b')}`, ['a', 'b'], 0],
    ['behind something else', `${LIST}${named('b')}`, ['b'], 0],
    ['before something else', `${named('a')}${LIST}`, ['a'], 0],
    ['parted by a tab', `${LIST}\t${named('b')}\t${named('c')}`, ['b', 'c'], 0],
    ['parted by commas', `${named('a')},${named('b')} , ${named('c')},`, ['a', 'b', 'c'], 0],
    ['a comma at the end', `${named('a')},`, ['a'], 0],
    ['white space at the end', `${named('a')} \t\r`, ['a'], 0],
    ['the last one cut', `${named('a')}${cut('b')}`, ['a', 'b'], 0],
    ['the first one cut, with the mark', `${cut('a')}[Truncated...]${named('b')}`, ['a', 'b'], 0],
    ['the first one cut, without', `${cut('a')}${named('b')}${named('c')}`, ['a', 'b', 'c'], 0],
    ['all cut', `${cut('a')}${cut('b')}[Truncated...]${cut('c')}`, ['a', 'b', 'c'], 0],
    ['long ones', `${named('a', { userAgent: 'A'.repeat(40_000) })}${named('b')}`, ['a', 'b'], 0],
    ['something that is not an event behind', `${named('a')} and more`, ['a'], 1],
    ['another object between', `${named('a')}{"level":"info"}{}{}${named('b')}`, ['a', 'b'], 1],
  ])('%s', (_, text, found, rejected) => {
    expect(told(text)).toEqual({ found, rejected });
  });

  test('the handed line', () => {
    expect(told(readFileSync(`${FORMS}/e02-two-events-one-line.jsonl`, 'utf8'))).toEqual({
      found: ['payments-batch'],
      rejected: 0,
    });
  });

  test('each has an id of its own, also where one log event holds them', () => {
    const text = [named('a'), cut('b'), '[Truncated...]', line(refusal(403)), named('c')].join('');
    const ids = judgeLine({ text, cluster: {}, eventId: '1' }).map((verdict) =>
      verdict.kind === 'finding' ? verdict.finding.id : verdict.kind,
    );
    expect(new Set(ids).size).toBe(4);
  });

  test('a record that ought to hold one event does not lose the others', () => {
    expect(judge({ text: named('a') + named('b'), cluster: {} })).toMatchObject({ kind: 'rejected' });
  });

  test('in any grouping, cut or whole', () => {
    const event = fc.record({ isCut: fc.boolean(), mark: fc.constantFrom('', '[Truncated...]') });
    const separator = fc.constantFrom('', ' ', '\t', ',', ', ');
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 6 }), separator, (events, between) => {
        const text = events
          .map(({ isCut, mark }, index) => (isCut ? cut(`n${index}`) + mark : named(`n${index}`) + between))
          .join('');
        expect(told(text)).toEqual({ found: events.map((_, index) => `n${index}`), rejected: 0 });
      }),
    );
  });
});

/** What a client can put into its own events. */
describe('what stands in an event is never an event', () => {
  const forged = named('forged');
  const body = JSON.parse(forged);
  const elsewhere = () => creation({ verb: 'get', requestURI: '/api/v1/pods', objectRef: { resource: 'pods' } });
  const place: [string, (text: string) => object][] = [
    ['user agent', (text) => ({ userAgent: text })],
    ['audit id', (text) => ({ auditID: text })],
    ['user', (text) => ({ user: { username: text, groups: [text], extra: { x: [text] } } })],
    ['URI', (text) => ({ requestURI: `/api/v1/pods?${text}` })],
    ['annotation', (text) => ({ requestObject: { metadata: { annotations: { [text]: text } } } })],
    ['message', (text) => ({ responseStatus: { code: 403, message: text } })],
  ];
  const texts: [string, string][] = [
    ['an event', forged],
    ['an end and an event', `"}}${forged}`],
    ['two ends and an event', `\\"}}]}${forged}{"a":"`],
    ['a mark and an event', `[Truncated...]${forged}`],
    ['an open object and an event', `{${forged}`],
    ['an event without its beginning', forged.slice(1)],
    ['an event in quotes', JSON.stringify(forged)],
    ['lines', `\n${forged}\n`],
  ];
  const rows = place.flatMap(([where, of]) => texts.map(([what, text]) => [what, where, of(text)] as const));

  test.each(rows)('%s in the %s', (_what, _where, changes) => {
    const event = { ...elsewhere(), ...changes };
    for (const text of [line(event), JSON.stringify(event), JSON.stringify(event) + JSON.stringify(event)])
      expect(told(text)).toEqual({ found: [], rejected: 0 });
  });

  test.each(rows)('%s in the %s, wherever the line is cut', (_what, _where, changes) => {
    const text = JSON.stringify({ ...elsewhere(), ...changes });
    for (let at = 1; at < text.length; at += 7)
      for (const mark of ['', '[Truncated...]']) expect(told(text.slice(0, at) + mark).found).toEqual([]);
  });

  test.each(['requestObject', 'responseObject'])('an event as the %s', (key) => {
    const text = JSON.stringify({ ...elsewhere(), verb: 'update', [key]: body, annotations: undefined });
    for (let at = text.indexOf(`"${key}"`); at <= text.length; at += 1)
      expect(told(text.slice(0, at) + (at % 2 ? '' : '[Truncated...]')).found).toEqual([]);
  });

  test('a body that is a text is a body', () => {
    const text = JSON.stringify(creation({ verb: 'update', requestObject: forged, responseObject: forged }));
    expect(told(text)).toEqual({ found: [], rejected: 0 });
  });
});

describe('events that a pipeline has changed', () => {
  const { kind: _kind, apiVersion: _version, ...withoutKind } = creation();

  test('without kind and apiVersion', () => {
    expect(told(JSON.stringify(withoutKind))).toEqual({ found: ['team-a'], rejected: 0 });
  });
  test.each(['auditID', 'stage', 'verb', 'requestURI'])('without these and without %s: nothing proves it', (key) => {
    expect(told(JSON.stringify({ ...withoutKind, [key]: undefined }))).toEqual({ found: [], rejected: 1 });
  });
  test('another kind of object with the same fields', () => {
    expect(told(JSON.stringify({ ...withoutKind, kind: 'Report' }))).toEqual({ found: [], rejected: 1 });
  });

  test('bodies as texts, the name in the answer alone', () => {
    const [verdict] = verdicts(readFileSync(`${FORMS}/e04b-bodies-as-strings-generateName.jsonl`, 'utf8'));
    expect(verdict).toMatchObject({
      kind: 'finding',
      finding: {
        outcome: 'created',
        namespace: { name: 'payments-batch', uid: '9d7c2f3e-aaaa-4bbb-8ccc-000000000001' },
      },
    });
  });
  test('flattened with dots', () => {
    const [verdict] = verdicts(readFileSync(`${FORMS}/e10-flattened.jsonl`, 'utf8'));
    expect(verdict).toMatchObject({
      kind: 'finding',
      finding: { outcome: 'created', namespace: { name: 'payments-batch' }, actor: { username: 'alice' } },
    });
  });

  /** As pipelines flatten. */
  const flat = (value: unknown, index: (at: number) => string, path = ''): [string, unknown][] => {
    if (Array.isArray(value)) return value.flatMap((item, at) => flat(item, index, `${path}${index(at)}`));
    if (typeof value !== 'object' || value === null) return [[path, value]];
    return Object.entries(value).flatMap(([key, item]) => flat(item, index, path ? `${path}.${key}` : key));
  };
  test.each<[string, (at: number) => string]>([
    ['numbers', (at) => `.${at}`],
    ['brackets', (at) => `[${at}]`],
  ])('lists by %s: the finding is the same', (_, index) => {
    const text = JSON.stringify(Object.fromEntries(flat(creation(), index)));
    expect(verdicts(text)).toEqual(verdicts(JSON.stringify(creation())));
  });
  test('lists as they are, every value a text', () => {
    const event = creation();
    const fields = flat(event, () => '{}').map(([key, value]) => [key, String(value)]);
    const lists = { 'user.groups{}': ['developers', 'system:authenticated'], 'sourceIPs{}': event['sourceIPs'] };
    const text = JSON.stringify({ ...Object.fromEntries(fields), ...lists });
    expect(verdicts(text)).toEqual(verdicts(JSON.stringify(event)));
  });
  test('names that objects have by themselves do no harm', () => {
    const text = `{"user.__proto__.polluted":"x","annotations.__proto__":"y","user.constructor.name":"z",${line(creation()).slice(1)}`;
    verdicts(text);
    expect({}).not.toHaveProperty('polluted');
  });
});
