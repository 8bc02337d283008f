/** What the detector reads out of requests, held to Go's `net/url` and the API server's own resolver, on generated input. */
import { beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { judge } from '../../functions/detect/judge.ts';
import { readLostEvents } from '../../functions/detect/lost-event.ts';
import { parameter } from '../../functions/kubernetes/request-query.ts';
import { oracle } from '../../tools/twin/binaries.ts';
import { finish } from '../../tools/twin/commands.ts';
import { creation, line } from '../detect/events.ts';
import { BRING_UP_MS, progress } from './bring-up.ts';

interface Answer {
  refused?: string;
  requestURI?: string;
  dryRun?: string;
  resource: boolean;
  verb?: string;
  group?: string;
  version?: string;
  kind?: string;
  name?: string;
  subresource?: string;
  namespace?: string;
  parts: number;
  segments: number;
  quoted?: string;
}

let program: string;
beforeAll(async () => {
  program = await oracle(progress());
}, BRING_UP_MS);

async function ask(questions: readonly object[]): Promise<Answer[]> {
  const { code, stdout, stderr } = await finish(program, [], {
    input: questions.map((q) => JSON.stringify(q)).join('\n'),
  });
  expect([code, stderr]).toEqual([0, '']);
  const answers = stdout
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text) as Answer);
  expect(answers).toHaveLength(questions.length);
  return answers;
}

const pieces = (...texts: string[]) => fc.constantFrom(...texts);
const path = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: pieces('/api/v1/namespaces', '/api/v1/namespaces/team-a') },
      {
        weight: 3,
        arbitrary: pieces('/', '//', '/api', '/apis', '/v1', '/namespaces', '/%6eamespaces', '/n%61mespaces'),
      },
      {
        weight: 2,
        arbitrary: pieces('/team-a', '/team%2Da', '%2F', '%2f', '%', '%zz', '%00', '%ff', '/.', '/..', '/status'),
      },
      { weight: 1, arbitrary: pieces('/watch', '/proxy', '/finalize', ';a=b', '+', ' ', 'é', '/Namespaces', '#') },
      { weight: 1, arbitrary: fc.webPath() },
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) => parts.join(''));
const pair = fc
  .array(
    fc.oneof(
      pieces('dryRun', 'dr%79Run', '=', 'All', '%41ll', '%', '%zz', ';', '+', '%3D', '%26', '?', '#', 'a', ''),
      fc.webFragments(),
    ),
    { maxLength: 4 },
  )
  .map((parts) => parts.join(''));
const query = fc.oneof(
  { weight: 20, arbitrary: fc.array(pair, { maxLength: 6 }).map((pairs) => pairs.join('&')) },
  { weight: 1, arbitrary: fc.nat({ max: 3 }).map((more) => `dryRun=All${'&a'.repeat(9_998 + more)}`) },
);
const request = fc.record({
  method: pieces('POST', 'PATCH'),
  uri: fc.tuple(path, fc.option(query)).map(([before, after]) => (after === null ? before : `${before}?${after}`)),
});

/**
 * Whether Go's answer is a request to create a namespace, or may be one. A path such as `/api/v1/namespaces/a/namespaces`
 * resolves to the resource, too, but there is no such route, and the answer is 404.
 */
const isAboutNamespaces = ({ resource, group, version, kind, subresource, verb, parts, segments }: Answer): boolean =>
  resource &&
  !group &&
  version === 'v1' &&
  kind === 'namespaces' &&
  !subresource &&
  (verb === 'create' ? parts === 1 && segments === 3 : parts === 2 && segments === 4);

test('the path of a request, where a cut line holds nothing else', async () => {
  const requests = fc.sample(request, { numRuns: 20_000, seed: 1 });
  const answers = await ask(requests);
  let about = 0;
  for (const [index, answer] of answers.entries()) {
    if (answer.refused !== undefined) continue; // answered before there is an audit event
    const { method } = requests[index] ?? {};
    const verb = method === 'POST' ? 'create' : 'patch';
    const code = verb === 'create' ? 201 : 504;
    // A patch is taken for an apply by its parameter; the path is what is asked about here.
    const requestURI = `${answer.requestURI?.split('?', 1)[0]}?force=true`;
    const whole = line(creation({ verb, requestURI, responseStatus: { code }, userAgent: 'A'.repeat(99) }));
    const cut = whole.slice(0, whole.indexOf('"userAgent"') + 50);
    const isAbout = isAboutNamespaces(answer);
    if (isAbout) about++;
    expect([requests[index]?.uri, judge({ text: cut, cluster: {} }).kind]).toEqual([
      requests[index]?.uri,
      isAbout ? 'finding' : 'nothing',
    ]);
  }
  expect(about).toBeGreaterThan(1_000);
});

test('a parameter of the query', async () => {
  const requests = fc.sample(request, { numRuns: 20_000, seed: 2 });
  const answers = await ask(requests);
  let given = 0;
  for (const [index, { refused, requestURI, dryRun }] of answers.entries()) {
    if (refused !== undefined) continue;
    if (dryRun !== undefined) given++;
    expect([requests[index]?.uri, parameter(requestURI, 'dryRun') !== undefined]).toEqual([
      requests[index]?.uri,
      dryRun !== undefined,
    ]);
  }
  expect(given).toBeGreaterThan(500);
});

test('quoted values in the log of the API server', async () => {
  const texts = fc.sample(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), {
    numRuns: 5_000,
    seed: 3,
  });
  const wellFormed = texts.filter((text) => text.isWellFormed());
  const answers = await ask(wellFormed.map((text) => ({ text })));
  for (const [index, { quoted }] of answers.entries()) {
    const entry =
      `2026-11-23T07:02:18.048964Z AUDIT: id=${quoted} stage="ResponseComplete" ip="10.0.0.1" method="patch" user=${quoted} ` +
      `groups="\\"a\\"" as="<self>" asgroups="<lookup>" user-agent=${quoted} namespace="x" uri=${quoted} response="201"`;
    const text = wellFormed[index];
    expect(readLostEvents(entry)).toMatchObject([
      { auditId: text, user: { username: text || undefined }, userAgent: text || undefined, requestUri: text },
    ]);
  }
});
