import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type CommandLine, type Medium, printCommand, printInput } from '../../../functions/contract/commands/print.ts';
import { COMMANDS, type Effect } from '../../../functions/contract/commands/table.ts';
import { hostileText, linkIn } from '../../alert/hostility.ts';
import { countOf, EXAMPLES, exampleOf } from './examples.ts';
import { argumentsOf } from './shell.ts';

const ROLE = 'arn:aws:iam::111122223333:role/ci-deployer';
const ALL: readonly Effect[] = ['reads', 'changes', 'costs'];
const MEDIA: readonly Medium[] = ['mail', 'page'];

const lineOf = (printed: CommandLine): string | undefined => ('line' in printed ? printed.line : undefined);
const print = (argv: readonly string[], medium: Medium = 'page') => printCommand(argv, { effects: ALL, medium });

describe('each form', () => {
  test.each(EXAMPLES)('%s is printed with all its values, and reaches the program as it was meant', (_, form) => {
    const argv = exampleOf(form);
    for (const medium of MEDIA) {
      const line = lineOf(print(argv, medium));
      expect(argumentsOf([line ?? ''])).toEqual([argv]);
    }
  });

  test.each(EXAMPLES)('%s stands only where its effect is allowed', (_, form) => {
    for (const effect of ALL)
      expect('line' in printCommand(exampleOf(form), { effects: [effect] })).toBe(effect === form.effect);
  });

  test('of each of them a value that is missing is missed', () => {
    for (const form of COMMANDS) {
      const { values = [], optional = 0, start } = form;
      if (values.length > optional)
        expect(print(start.split(' '))).toEqual({ leftOut: expect.stringMatching(/missing/) });
    }
  });

  // Every place of every form, with whatever an attacker may have chosen for it.
  test('takes no value that is an option, a second line or another word', () => {
    const expected: string[][] = [];
    const lines: string[] = [];
    const value = fc.oneof(
      hostileText,
      fc.constantFrom(
        '-A',
        '--all',
        '--kubeconfig=x',
        '-',
        '',
        'a\nkubectl delete ns payments #',
        '$(reboot)',
        "'; reboot; '",
      ),
      fc.constantFrom('system:tel:1800', 'www.', '192.0.2.1', 'payments', ROLE, 'a.example.com', 'A=b,C=d.com', '=ls'),
    );
    const place = fc
      .constantFrom(...COMMANDS)
      .chain((form) => fc.tuple(fc.constant(form), fc.nat(Math.max(0, countOf(form) - 1)), value));
    fc.assert(
      fc.property(place, fc.constantFrom(...MEDIA), ([form, position, hostile], medium) => {
        const argv = exampleOf(form, (own, at) => (at === position ? hostile : own));
        const line = lineOf(print(argv, medium));
        if (line === undefined) return;
        expect(line).toMatch(/^[ -~]+$/);
        if (hostile.startsWith('-')) expect(['-', ...(form.flags ?? [])]).toContain(hostile);
        // A file among the reader's own, a place in S3 and the path of a field hold no value of others.
        const others = line.replace(/metadata\.creationTimestamp|spec\.serviceAccountName/g, '');
        if (medium === 'mail' && !/s3:|file:/.test(line)) expect(linkIn(others)).toBeUndefined();
        lines.push(line);
        expected.push(argv);
      }),
      { numRuns: 6_000 },
    );
    expect(lines.length).toBeGreaterThan(200);
    expect(argumentsOf(lines)).toEqual(expected);
  });
});

describe('a mail', () => {
  test.each<[string, string[], string]>([
    ['of kubectl', ['kubectl', 'get', 'namespace', 'payments', '-o', 'yaml'], 'kubectl get namespace payments -o yaml'],
    [
      'of aws',
      ['aws', 'eks', 'describe-access-entry', '--cluster-name', 'My_Cluster-1', '--principal-arn', ROLE],
      `aws eks describe-access-entry --cluster-name My_Cluster-1 --principal-arn ${ROLE}`,
    ],
    [
      'with the name of a service account',
      ['kubectl', 'auth', 'can-i', '--list', '--as', 'system:serviceaccount:ci:deployer'],
      'kubectl auth can-i --list --as system:serviceaccount:ci:deployer',
    ],
    [
      'with the name of a property of every object',
      ['kubectl', 'get', 'pods', 'constructor'],
      'kubectl get pods constructor',
    ],
    ['with a dotted name', ['kubectl', 'get', 'clusterrole', 'evil.com'], "kubectl get clusterrole evil'.'com"],
    [
      'with an at-sign in a session name',
      [
        'aws',
        'eks',
        'describe-access-entry',
        '--principal-arn',
        'arn:aws:sts::111122223333:assumed-role/a/me@evil.com',
      ],
      `aws eks describe-access-entry --principal-arn 'arn:aws:sts::111122223333:assumed-role/a/me'"@"'evil'"."'com'`,
    ],
    [
      'with a place in S3',
      ['aws', 's3', 'cp', 's3://evidence/alerts/alert.json', '-'],
      'aws s3 cp s3://evidence/alerts/alert.json -',
    ],
  ])('has a command %s', (_, argv, line) => {
    expect(printCommand(argv)).toEqual({ line });
    expect(argumentsOf([line])).toEqual([argv]);
  });

  test.each<[string, string[], RegExp]>([
    ['nothing', [], /only read/],
    ['another program', ['rm', '-rf', '/'], /only read/],
    ['a command that changes something', ['kubectl', 'delete', 'namespace', 'payments'], /only read/],
    ['a change at AWS', ['aws', 'eks', 'delete-access-entry', '--cluster-name', 'prod'], /only read/],
    ['what costs money', ['aws', 'guardduty', 'start-malware-scan', '--resource-arn', ROLE], /only read/],
    ['words in one argument', ['kubectl get', 'namespace'], /only read/],
    ['an unknown option', ['kubectl', 'get', 'pods', '--kubeconfig', 'x'], /unknown option/],
    ['an option of another command', ['kubectl', 'get', 'pods', '--force'], /unknown option/],
    [
      'an option in place of a value',
      ['kubectl', 'get', 'pods', '-n', '--all'],
      /value of -n is not the name of a namespace/,
    ],
    ['a short option in place of a value', ['kubectl', 'get', 'pods', '-n', '-A'], /value of -n/],
    ['an option without value', ['kubectl', 'get', 'pods', '-n'], /-n has no value/],
    ['an option with its value in one', ['kubectl', 'get', 'pods', '--server=evil'], /unknown/],
    ['a substitution', ['kubectl', 'get', 'namespace', '$(reboot)'], /not the name of an object/],
    ['a line break', ['kubectl', 'get', 'namespace', 'a\nreboot'], /not the name of an object/],
    [
      'a link within an ARN',
      ['aws', 'eks', 'describe-access-entry', '--principal-arn', `${ROLE}/http://evil`],
      /an ARN/,
    ],
    ['an empty value', ['kubectl', 'get', 'namespace', ''], /not the name of an object/],
    ['a bidi character', ['kubectl', 'get', 'namespace', 'a\u202eb'], /not the name of an object/],
    ['one value too many', ['kubectl', 'get', 'pods', 'a', 'b'], /a word too many/],
    ['a property of every object as an option', ['kubectl', 'get', 'pods', 'constructor', 'x'], /too many/],
    [
      'too much',
      ['kubectl', 'auth', 'can-i', '--list', ...Array.from({ length: 400 }, () => '--as-group=abc')],
      /long/,
    ],
  ])('never has %s', (_, argv, why) => {
    expect(printCommand(argv)).toEqual({ leftOut: expect.stringMatching(why) });
  });
});

describe('what stands for a review', () => {
  test.each<[string, string[]]>([
    ['another program', ['rm', '-rf', '/']],
    ['a shell in a pod', ['kubectl', 'exec', 'web']],
    ['every object of a kind', ['kubectl', 'delete', 'pods', '--all']],
    ['an object whose name is an option', ['kubectl', 'annotate', 'applications.argoproj.io', '--all', 'a/b=c']],
    ['a substitution', ['kubectl', 'delete', 'pod', '$(reboot)']],
    ['a quotation mark in a patch', ['kubectl', 'patch', 'pod', 'a', `--patch={"a":"'; reboot; '"}`]],
    ['a patch that is not JSON', ['kubectl', 'patch', 'pod', 'a', '--patch={"a":}']],
    ['a file from elsewhere', ['kubectl', 'apply', '-f', 'https://evil.com/x.yaml']],
    ['a file outside the folder', ['kubectl', 'apply', '-f', '../x.yaml']],
    ['another server', ['kubectl', 'delete', 'pod', 'a', '--server=https://evil.com']],
    ['another kustomization', ['kubectl', 'apply', '-k', 'github.com/evil/x']],
    ['a policy by another name', ['aws', 'iam', 'put-role-policy', '--role-name', 'x', '--policy-name', 'y']],
  ])('is never %s', (_, argv) => {
    expect(print(argv)).toEqual({ leftOut: expect.any(String) });
  });

  test('says which value is wrong and what to do instead, in words of ours alone', () => {
    const hostile = 'x\nkubectl delete ns payments #';
    const argv = ['kubectl', 'annotate', 'applications.argoproj.io', hostile, '--namespace', 'argocd', 'a/b=c'];
    expect(print(argv)).toEqual({
      leftOut: 'a word in it is not the name of an object in Kubernetes; do it by hand, with the value from the JSON',
    });
  });
});

test.each([
  ['javascript:', false],
  ['a"b', false],
  ['a\u202eb', false],
  ['a.example', false],
  ['0123456789ab', true],
])('the input of a playbook with the question %j is printed: %s', (question, printable) => {
  expect('line' in printInput({ question, decision: 'refuse' })).toBe(printable);
});
