/** Events put on lines in any grouping and wrapping are all found, once each, with what is in them. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { judge } from '../../functions/detect/judge.ts';
import { creation, line, refusal } from '../detect/events.ts';
import { read } from './read.ts';

const OUTCOMES = [201, 403, 409, 422, 504] as const;

/** An event, with hostile texts in it. */
const event = fc.record({
  name: fc.stringMatching(/^[a-z][a-z0-9-]{0,20}[a-z0-9]$/),
  user: fc.oneof(
    fc.string(),
    fc.constantFrom('alice', '}{', '"},{"', '[Truncated...]', '\n{"kind":"Event"', 'ünïcode 李'),
  ),
  code: fc.constantFrom(...OUTCOMES),
  id: fc.uuid(),
});

const textOf = ({ name, user, code, id }: { name: string; user: string; code: number; id: string }): string =>
  line({
    ...(code === 201 ? creation() : refusal(code)),
    auditID: id,
    objectRef: { resource: 'namespaces', name, apiVersion: 'v1' },
    user: { username: user },
    userAgent: `kubectl ${user}`,
  });

const json = (value: unknown, indent?: number) => JSON.stringify(value, null, indent);
/** Puts texts, each an event or what another wrapping made of some, into one text. */
const WRAPPINGS: Record<string, (texts: string[]) => string> = {
  lines: (texts) => texts.join('\n'),
  'lines, CRLF': (texts) => texts.join('\r\n'),
  messages: (texts) => texts.map((message) => json({ message, at: 1 })).join('\n'),
  'messages behind each other': (texts) => texts.map((message) => json({ message, at: 1 })).join(''),
  logs: (texts) => texts.map((log) => json({ log: `${log}\n`, stream: 'stdout' })).join('\n'),
  page: (texts) => json({ events: texts.map((message) => ({ message, logStreamName: 'kube-apiserver-audit-1' })) }, 2),
  list: (texts) => json(texts),
  rows: (texts) => json({ results: texts.map((value) => [{ field: '@message', value }]) }),
  values: (texts) => json({ data: { result: [{ values: texts.map((text) => ['1795166100123000000', text]) }] } }, 1),
  base64: (texts) => json({ records: texts.map((text) => ({ data: Buffer.from(text).toString('base64') })) }),
  'JSON in JSON': (texts) => texts.map((text) => json(text)).join('\n'),
};
/** For single events on a line. */
const GROUPINGS: Record<string, (texts: string[]) => string> = {
  'behind each other': (texts) => texts.join(''),
  'by tabs': (texts) => texts.join('\t'),
  'by commas': (texts) => `${texts.join(',')},`,
  lines: (texts) => texts.join('\n'),
  'behind times': (texts) => texts.map((text) => `2026-11-20T09:15:00.123Z ${text}`).join('\n'),
  'a list': (texts) => `[${texts.join(',')}]`,
  pretty: (texts) => texts.map((text) => json(JSON.parse(text), 2)).join('\n'),
  'an event list': (texts) => `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[${texts.join(',')}]}`,
  syslog: (texts) => texts.map((text) => `<134>Nov 20 09:15:00 host audit[1]: ${text}`).join('\n'),
};

test('in any grouping, wrapping and chunks', async () => {
  const groups = fc.array(
    fc.record({
      events: fc.array(event, { minLength: 1, maxLength: 4 }),
      grouping: fc.constantFrom(...Object.keys(GROUPINGS)),
    }),
    { minLength: 1, maxLength: 3 },
  );
  const wrappings = fc.array(fc.constantFrom(...Object.keys(WRAPPINGS)), { maxLength: 3 });
  const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(groups, wrappings, sizes, async (all, around, at) => {
      const texts = all.map(({ events, grouping }) => GROUPINGS[grouping]?.(events.map(textOf)) ?? '');
      const text = around.reduce((inner, name) => [WRAPPINGS[name]?.(inner) ?? ''], texts).join('\n');
      const { items, told } = await read(text, at);
      const found = items.map((item) => {
        const verdict = 'record' in item ? judge(item.record) : undefined;
        const finding = verdict?.kind === 'finding' ? verdict.finding : undefined;
        return [finding?.request.auditId, finding?.namespace.name, finding?.actor.username, finding?.outcome];
      });
      const expected = all.flatMap(({ events }) =>
        events.map((each) => {
          const verdict = judge({ text: textOf(each), cluster: {} });
          const finding = verdict.kind === 'finding' ? verdict.finding : undefined;
          return [each.id, each.name, each.user || undefined, finding?.outcome];
        }),
      );
      expect({ told, found }).toEqual({ told: [], found: expected });
    }),
    { numRuns: 200 },
  );
}, 120_000);
