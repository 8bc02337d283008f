import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { notificationOf } from '../../functions/alert/destinations/chat.ts';
import { topic } from '../../functions/alert/destinations/topic.ts';
import { emailOf } from '../../functions/alert/email.ts';
import { reportOf } from '../../functions/alert/report/report.ts';
import { readPlaybooks, withPlaybooks } from '../../functions/alert/state-machine-arns.ts';
import { bodies } from '../../functions/clients/local/sender.ts';
import type { Alert, HowToContain } from '../../functions/contract/alert.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import { playbookInputOf } from '../../functions/contract/playbook-input.ts';
import { about, BARE, FINDING, HIGH } from './examples.ts';
import { PLAYBOOKS } from './follow-up-samples.ts';
import { hostileAlert } from './hostile-alerts.ts';
import { linkIn } from './hostility.ts';

const MACHINE = 'arn:aws:states:us-east-1:111122223333:stateMachine:namespace-sentinel-contain';
const SHORT = FINDING.id.slice(0, 16);
const CONSOLE = 'https://us-east-1.console.aws.amazon.com/states/home?region=us-east-1#/statemachines/view/';

/** How a real shell takes a command line apart. */
const argvOf = (line: string): string[] =>
  execFileSync('/bin/sh', ['-s'], { input: `printf '%s\\0' ${line}` })
    .toString('utf8')
    .split('\0')
    .slice(0, -1);

const howTo = (alert: Alert): HowToContain => withPlaybooks(alert, PLAYBOOKS).contain as HowToContain;
const lines = (text: string): string[] => text.split('\n').map((line) => line.trim());
const unescaped = (html: string): string =>
  html
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&');

describe.each<[string, Alert]>([
  ['an assessed one', HIGH],
  ['a low one', { ...HIGH, assessment: { score: 0, severity: 'LOW', indicators: [] } }],
  ['a bare one', BARE],
  ['one whose outcome is not known', about({ outcome: 'outcome-unknown' })],
  ['one from coverage', about({ source: { kind: 'coverage' }, actor: { kind: 'user' }, request: {} })],
  ['an update', { ...HIGH, update: { look: 1, newIndicators: [] } }],
])('every alert tells how to contain: %s', (_, alert) => {
  const ready = withPlaybooks(alert, PLAYBOOKS);
  const { plan, isolate } = ready.contain as HowToContain;
  const legitimate = ready.decide?.legitimate;

  test('as data', () => {
    const json = JSON.parse(bodies(topic.alert(ready)).default) as Alert;
    expect(json.contain).toMatchObject({ stateMachine: MACHINE, console: CONSOLE + MACHINE });
    expect((json.contain as HowToContain).plan.input).toEqual({ findingId: SHORT, mode: 'plan' });
    expect(isolate.input).toEqual({ ...plan.input, mode: 'isolate' });
    expect(json.decide?.legitimate.input).toMatchObject({ findingId: SHORT, decision: 'legitimate' });
  });

  test('by lines that a shell passes on as they are meant', () => {
    for (const { command, input } of [plan, isolate]) {
      const argv = argvOf(command);
      expect(argv.slice(0, 7)).toEqual(
        ['aws', 'stepfunctions', 'start-execution', '--region', 'us-east-1'].concat('--state-machine-arn', MACHINE),
      );
      // Without a name, which works once: the line works again when it is pasted again.
      expect(argv.slice(7)).toEqual(['--input', JSON.stringify(input)]);
      // What the first step reads.
      expect(playbookInputOf(input)).toMatchObject(input);
    }
  });

  test('in the mail', () => {
    const mail = lines(emailOf(ready));
    for (const line of [
      isolate.command,
      `Or in the console, with ${JSON.stringify(isolate.input)}:`,
      CONSOLE + MACHINE,
      legitimate?.command,
    ])
      expect(mail).toContain(line);
  });

  test('in chat', () => {
    const { nextSteps } = notificationOf(ready).content;
    for (const line of [plan.command, isolate.command, legitimate?.command])
      expect(nextSteps.filter((step) => step.endsWith(` \`${line}\``))).toHaveLength(1);
  });

  test('in the report', () => {
    const html = unescaped(reportOf(ready));
    for (const line of [plan.command, isolate.command, legitimate?.command]) expect(html).toContain(`>${line}</span>`);
    for (const { input } of [plan, isolate]) expect(html).toContain(`>${JSON.stringify(input)}</span>`);
    expect(html).toContain(`href="${CONSOLE}${MACHINE}"`);
  });
});

test('a line is short enough to type, in every alert about a finding the same', () => {
  const [first, ...others] = [
    HIGH,
    { ...HIGH, update: { look: 1, newIndicators: [] } },
    { ...HIGH, update: { look: 2, newIndicators: [] } },
  ].map((alert) => howTo(alert).isolate);
  expect(others).toEqual([first, first]);
  expect(JSON.stringify(first?.input)).toHaveLength(49);
  expect(first?.command.length).toBeLessThan(220);
});

test.each<[string, Partial<Finding>, RegExp]>([
  ['without the UID', { namespace: { name: 'payments' } }, /the UID of the namespace is not known/],
  ['of a UID that is not one', { namespace: { name: 'payments', uid: '$(reboot)' } }, /UID/],
  ['of a generated name', { namespace: { ...FINDING.namespace, name: 'build-*' } }, /the name of the namespace/],
  ['of an unknown cluster', { cluster: { region: 'us-east-1' } }, /the name of the cluster/],
  ['of a namespace of Kubernetes', { namespace: { ...FINDING.namespace, name: 'kube-public' } }, /protected/],
  ['of a protected namespace', { namespace: { ...FINDING.namespace, name: 'vault' } }, /protected/],
])('an alert %s says why the line is left out', (_, parts, why) => {
  const ready = withPlaybooks(about(parts), PLAYBOOKS, ['vau*']);
  expect(ready.contain).toEqual({ leftOut: expect.stringMatching(why) });
  const mail = emailOf(ready).replace(/\s+/g, ' ');
  expect(mail).toMatch(/2 Isolate: the command that starts the playbook is left out here: /);
  expect(mail).toMatch(why);
  expect(mail).not.toContain('"mode"');
});

test.each(['attempt-denied', 'rejected', 'already-exists'] as const)(
  'there is nothing to contain where it was %s',
  (outcome) => {
    const alert = about({ outcome });
    expect(withPlaybooks(alert, PLAYBOOKS)).toBe(alert);
  },
);

test('without playbooks nothing is promised', () => {
  expect(withPlaybooks(HIGH, {})).toEqual(HIGH);
});

test('the machines are those of the network of the cluster', () => {
  expect(howTo(about({ cluster: { ...FINDING.cluster, name: 'inner' } })).stateMachine).toBe(`${MACHINE}-inner`);
  // A name is not a property of an object.
  expect(howTo(about({ cluster: { ...FINDING.cluster, name: 'constructor' } })).stateMachine).toBe(MACHINE);
});

test('in the console of China there is a link to China, and in a closed Region none', () => {
  const at = (region: string, partition: string) =>
    withPlaybooks(HIGH, {
      default: { contain: `arn:${partition}:states:${region}:111122223333:stateMachine:c`, release: 'r' },
    });
  expect((at('cn-north-1', 'aws-cn').contain as HowToContain).console).toMatch(
    /^https:\/\/cn-north-1\.console\.amazonaws\.cn\/states/,
  );
  expect((at('us-iso-east-1', 'aws-iso').contain as HowToContain).console).toBeUndefined();
});

test('whatever the alert, what it tells to paste is inert and no link', () => {
  let told = 0;
  const named = fc.record({ alert: hostileAlert, known: fc.boolean() }).map(({ alert, known }) => ({
    ...alert,
    finding: {
      ...alert.finding,
      ...(known && {
        namespace: { ...alert.finding.namespace, name: 'payments', uid: FINDING.namespace.uid as string },
      }),
      ...(known && { cluster: { ...alert.finding.cluster, name: 'prod' } }),
    },
  }));
  fc.assert(
    fc.property(named, (alert) => {
      const ready = withPlaybooks(alert, PLAYBOOKS);
      const mail = emailOf(ready);
      expect(mail).toMatch(/^[\n -~\p{L}\p{M}]*$/u);
      for (const line of mail.split('\n').filter((line) => /^ {5}(?:aws stepfunctions|\{)/.test(line))) {
        told++;
        expect(linkIn(line)).toBeUndefined();
        expect(line).toMatch(/^ {5}(?:aws stepfunctions start-execution [\w :-]+ --input )?'?\{[\w":,{}-]+\}'?$/);
      }
      for (const text of notificationOf(ready).content.nextSteps) {
        const parts = text.split('`');
        expect(parts.length % 2).toBe(1);
        expect(parts.filter((_, index) => index % 2 === 0).join('')).toMatch(/^[\w :;,.()'+*…•-]*$/);
      }
    }),
    { numRuns: 150 },
  );
  expect(told).toBeGreaterThan(50);
});

describe('the setting', () => {
  test('is read', () => {
    expect(readPlaybooks(JSON.stringify(PLAYBOOKS))).toEqual(PLAYBOOKS);
    expect(readPlaybooks(undefined)).toEqual({});
  });

  test.each([
    ['no JSON', '{', /the whole/],
    ['another type', '[]', /the whole/],
    ['no ARN', '{"decide":"x"}', /decide: no ARN of a state machine/],
    ['half a set', JSON.stringify({ networks: [{ contain: MACHINE, clusters: [] }] }), /networks\.0\.release/],
    ['an unknown field', '{"contain":"x"}', /the whole/],
  ])('is refused with the place of the mistake: %s', (_, text, place) => {
    expect(() => readPlaybooks(text)).toThrow(place);
    expect(() => readPlaybooks(text)).toThrow(/environment variable PLAYBOOKS/);
  });
});
