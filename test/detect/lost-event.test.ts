import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readLostEvents } from '../../functions/detect/lost-event.ts';
import { expectLinear } from '../growth.ts';

const FIELDS = {
  id: '9f8c',
  stage: 'ResponseComplete',
  ip: '10.0.0.1',
  method: 'patch',
  user: 'arn:aws:sts::111122223333:assumed-role/dev/alice',
  groups: String.raw`\"developers\",\"system:authenticated\"`,
  as: '<self>',
  asgroups: '<lookup>',
  'user-agent': 'kubectl/v1.36.3',
  namespace: 'evil',
  uri: '/api/v1/namespaces/evil?fieldManager=x',
  response: '201',
};
const entry = (changes: Partial<typeof FIELDS> = {}, at = '2026-11-23T07:02:18.048964Z') =>
  `${at} AUDIT:${Object.entries({ ...FIELDS, ...changes })
    .map(([key, value]) => ` ${key}="${value}"`)
    .join('')}`;

test('reads an entry as the API server writes it', () => {
  expect(readLostEvents(entry())).toMatchObject([
    {
      auditId: '9f8c',
      stage: 'ResponseComplete',
      verb: 'patch',
      requestUri: '/api/v1/namespaces/evil?fieldManager=x',
      user: { username: FIELDS.user, groups: ['developers', 'system:authenticated'] },
      impersonatedUser: undefined,
      sourceIps: ['10.0.0.1'],
      code: 201,
      requestReceivedTimestamp: '2026-11-23T07:02:18.048964Z',
    },
  ]);
});

test.each([
  ['an escaped quote', String.raw`a\"b`, 'a"b'],
  ['a backslash at the end', String.raw`a\\`, 'a\\'],
  ['letters', String.raw`\t\n\x41\u00e9\U0001f600`, '\t\nAé😀'],
  ['a code point that there is not', String.raw`\Uffffffff`, '\ufffd'],
  ['invalid digits', String.raw`\x-1\uzzzz`, '\ufffd\ufffd'],
  ['nothing', '', undefined],
])('reads %s in a value', (_, written, read) => {
  expect(readLostEvents(entry({ 'user-agent': written }))).toMatchObject([{ userAgent: read }]);
});

test('reads what stands around and between entries as text', () => {
  const text = `F1123 apply.go] "failed" ${entry()} AUDIT: id="no" ${entry({ id: '2' })}: ${entry({ id: '3' }, '')}`;
  expect(readLostEvents(text).map(({ auditId }) => auditId)).toEqual(['9f8c', '2']);
});

test.each([
  ['a field is missing', entry().replace(' ip="10.0.0.1"', '')],
  ['a value is not closed', entry().slice(0, -1)],
  ['the last quote is escaped', `${entry().slice(0, -1)}\\"`],
  ['nothing stands before it', entry({}, '')],
])('makes no entry where %s', (_, text) => {
  expect(readLostEvents(text)).toEqual([]);
});

/** The rule as a pattern: short, and quadratic. */
const quoted = '"((?:[^"\\\\]|\\\\[^])*)"';
const PATTERN = new RegExp(
  `(\\S+) AUDIT: ${Object.keys(FIELDS)
    .map((key) => `${key}=${quoted}`)
    .join(' ')}`,
  'g',
);

test('finds what the pattern finds, in any text', () => {
  const piece = fc.constantFrom(
    ' AUDIT: id="',
    ' AUDIT:',
    '" stage="',
    '"',
    '\\',
    '\\"',
    ' ',
    'A',
    '\n',
    entry(),
    entry().slice(9, 90),
    entry().slice(entry().indexOf(' stage=')),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('');
      const found = [...text.matchAll(PATTERN)].map(([, at]) => at);
      const read = readLostEvents(text).map((event) => event.requestReceivedTimestamp);
      expect(read).toEqual(found.map((at = '') => (Number.isNaN(Date.parse(at)) ? undefined : at)));
    }),
    { numRuns: 500 },
  );
});

describe('the work is linear on', () => {
  const START = ' AUDIT: id="';
  test.each<[string, (size: number) => string]>([
    ['one long word', (size) => 'A'.repeat(size)],
    ['a long word before an entry', (size) => `${'A'.repeat(size)}${START}`],
    ['a value that is not closed', (size) => `x${START}${'A'.repeat(size)}`],
    ['escaped quotes that close nothing', (size) => `x${START}${'\\"'.repeat(size / 2)}`],
    ['many starts', (size) => START.repeat(size / START.length)],
    ['many starts with a word', (size) => `x${START}`.repeat(size / START.length)],
    ['many words that begin an entry', (size) => 'x AUDIT: '.repeat(size / 9)],
    [
      'many entries that break off',
      (size) =>
        entry()
          .slice(0, -1)
          .repeat(size / 300),
    ],
    ['many entries', (size) => `${entry()} `.repeat(size / 300)],
    ['groups whose quotes are escaped', (size) => entry({ groups: String.raw`\\\"`.repeat(size / 4) })],
    ['groups that are not closed', (size) => entry({ groups: String.raw`\"`.repeat(size / 2) })],
    ['backslashes', (size) => `x${START}${'\\'.repeat(size)}`],
    ['blanks', (size) => ' '.repeat(size)],
    ['lines', (size) => 'AUDIT: id="\n'.repeat(size / 12)],
  ])('%s', (_, shape) => {
    expectLinear(readLostEvents, shape, 5_000);
  });
});
