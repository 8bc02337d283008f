import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { logSearch, PROPOSED, playbookInput, printed, shellQuoted } from '../../functions/alert/commands.ts';
import { shellArgument } from '../../functions/kit/shell.ts';
import { hostileText, linkIn } from './hostility.ts';

const ROLE = 'arn:aws:iam::111122223333:role/ci-deployer';

/** How a real shell takes command lines apart. */
function argumentsOf(lines: string[]): string[][] {
  const end = 'end-of-command';
  const script = lines.map((line) => `printf '%s\\0' ${line} ${end}`).join('\n');
  const output = execFileSync('/bin/sh', ['-s'], { input: script, maxBuffer: 1 << 26 }).toString('utf8');
  const commands: string[][] = [[]];
  for (const argument of output.split('\0').slice(0, -1)) {
    if (argument === end) commands.push([]);
    else commands.at(-1)?.push(argument);
  }
  return commands.slice(0, -1);
}

describe('printed commands', () => {
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
      ['aws', 'cloudtrail', 'lookup-events', '--principal-arn', 'arn:aws:sts::111122223333:assumed-role/a/me@evil.com'],
      `aws cloudtrail lookup-events --principal-arn 'arn:aws:sts::111122223333:assumed-role/a/me'"@"'evil'"."'com'`,
    ],
  ])('%s', (_, argv, line) => {
    expect(printed(argv)).toEqual({ line });
    expect(argumentsOf([line])).toEqual([argv]);
  });

  test.each<[string, string[], RegExp]>([
    ['nothing', [], /only read/],
    ['another program', ['rm', '-rf', '/'], /only read/],
    ['a command that changes something', ['kubectl', 'delete', 'namespace', 'payments'], /only read/],
    ['a change at AWS', ['aws', 'eks', 'delete-access-entry', '--cluster-name', 'prod'], /only read/],
    ['words in one argument', ['kubectl get', 'namespace'], /only read/],
    ['an unknown option', ['kubectl', 'get', 'pods', '--kubeconfig', 'x'], /option/],
    ['an option in place of a value', ['kubectl', 'get', 'pods', '-n', '--all'], /option/],
    ['a short option in place of a value', ['kubectl', 'get', 'pods', '-n', '-A'], /option/],
    ['an option without value', ['kubectl', 'get', 'pods', '-n'], /option/],
    ['an option with its value in one', ['kubectl', 'get', 'pods', '--server=evil'], /option/],
    ['a substitution', ['kubectl', 'get', 'namespace', '$(reboot)'], /harm/],
    ['a line break', ['kubectl', 'get', 'namespace', 'a\nreboot'], /harm/],
    ['a link', ['kubectl', 'get', 'pods', '--context', 'https://evil.com'], /harm/],
    ['a link within an ARN', ['aws', 'iam', 'get-role', '--principal-arn', `${ROLE}/http://evil`], /harm/],
    ['an empty value', ['kubectl', 'get', 'namespace', ''], /harm/],
    ['a bidi character', ['kubectl', 'get', 'namespace', 'a\u202eb'], /harm/],
    ['too much', ['kubectl', 'get', 'pods', ...Array.from({ length: 500 }, () => 'abc')], /long/],
  ])('never %s', (_, argv, why) => {
    expect(printed(argv)).toEqual({ leftOut: expect.stringMatching(why) });
  });

  test('reach the program exactly as they were meant, and hold no link', () => {
    const value = fc.oneof(
      hostileText,
      fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,20}[a-z0-9]$/),
      fc.stringMatching(/^arn:aws:sts::[0-9]{12}:assumed-role\/[\w+=,.@-]{1,20}\/[\w+=,.@-]{1,20}$/),
      fc.constantFrom(
        'system:tel:1800',
        'www.',
        '192.0.2.1',
        'payments',
        '-A',
        '--all',
        ROLE,
        'system:masters',
        'a.example.com',
        'deployment/web',
        'A=b,C=d.com',
      ),
    );
    const start = fc.constantFrom(['kubectl', 'get'], ['aws', 'eks', 'describe-cluster'], ['kubectl', 'auth', 'can-i']);
    const option = fc.constantFrom('-n', '--name', '--as', '--principal-arn', '-A', '-o', '--unknown');
    const argv = fc
      .tuple(start, fc.array(fc.oneof(option, value), { maxLength: 4 }))
      .map(([start, rest]) => [...start, ...rest]);
    const lines: string[] = [];
    const expected: string[][] = [];
    fc.assert(
      fc.property(argv, (argv) => {
        const result = printed(argv);
        if (!('line' in result)) return;
        expect(linkIn(result.line)).toBeUndefined();
        lines.push(result.line);
        expected.push(argv);
      }),
      { numRuns: 3_000 },
    );
    expect(lines.length).toBeGreaterThan(300);
    expect(argumentsOf(lines)).toEqual(expected);
  });
});

test('any argument survives the shell', () => {
  const argv = fc
    .sample(hostileText, 1_000)
    .map((text) => text.replaceAll('\0', '').toWellFormed())
    .filter((text) => text !== 'end-of-command');
  expect(argumentsOf(argv.map(shellQuoted))).toEqual(argv.map((argument) => [argument]));
});

describe('the search for the log event', () => {
  const id = '5a88c79a-98af-4772-8a46-7444d12faac4';

  test('finds it by its id and time', () => {
    const result = logSearch('/aws/eks/prod/cluster', 'us-east-1', id, 1_795_417_338_048);
    const [argv] = argumentsOf(['line' in result ? result.line : '']);
    expect(argv).toEqual(
      ['aws', 'logs', 'filter-log-events', '--region', 'us-east-1', '--log-group-name', '/aws/eks/prod/cluster']
        .concat(['--start-time', '1795417278048', '--end-time', '1795418238048'])
        .concat(['--filter-pattern', `{ $.auditID = "${id}" }`]),
    );
  });

  test.each([
    ['log group', '/aws/eks/$(reboot)', 'us-east-1', id],
    ['Region', '/aws/eks/prod/cluster', 'us-east-1;reboot', id],
    ['audit id', '/aws/eks/prod/cluster', 'us-east-1', `${id}" }'; reboot`],
  ])('is left out when the %s is unusual', (_, group, region, auditId) => {
    expect(logSearch(group, region, auditId, 0)).toEqual({ leftOut: expect.any(String) });
  });
});

describe('what the playbooks propose', () => {
  const propose = (argv: string[]) => printed(argv, { known: PROPOSED, quote: shellArgument });
  const patch = JSON.stringify([
    { op: 'test', path: '/subjects/1', value: { kind: 'ServiceAccount', name: 'web', namespace: 'payments' } },
    { op: 'remove', path: '/subjects/1' },
  ]);

  test.each<[string[]]>([
    [['kubectl', 'delete', 'rolebindings', 'shared', '--namespace', 'ops']],
    [['kubectl', 'patch', 'rolebindings', 'shared', '--namespace', 'ops', '--type=json', `--patch=${patch}`]],
    [['kubectl', 'annotate', 'applications.argoproj.io', 'web', 'argocd.argoproj.io/skip-reconcile=true']],
    [['kubectl', 'apply', '-k', 'cluster/']],
    [['kubectl', 'delete', '--raw', '/api/v1/namespaces/payments', '-f', 'delete.json']],
    [
      [
        'kubectl',
        'patch',
        'namespace',
        'payments',
        '--as=release',
        '--as-group=namespace-sentinel:release',
        '-p',
        '{"a":{"b/c":null}}',
      ],
    ],
    [['aws', 'eks', 'delete-access-entry', '--cluster-name', 'prod', '--principal-arn', ROLE]],
    [
      [
        'aws',
        'eks',
        'update-addon',
        '--addon-name',
        'vpc-cni',
        '--configuration-values',
        '{"enableNetworkPolicy":"true"}',
      ],
    ],
    [['aws', 'iam', 'update-assume-role-policy', '--role-name', 'x', '--policy-document', 'file://trust-policy.json']],
    [['aws', 'iam', 'get-role', '--role-name', 'x', '--query', 'Role.AssumeRolePolicyDocument']],
    [
      [
        'aws',
        'ec2',
        'create-snapshot',
        '--volume-id',
        'vol-0123456789abcdef0',
        '--description',
        'Evidence of namespace a',
      ],
    ],
  ])('is printed: %j', (argv) => {
    const result = propose(argv);
    expect(argumentsOf(['line' in result ? result.line : 'nothing'])).toEqual([argv]);
    // Never among the commands that only read, unless it only reads.
    if (argv[2] !== 'get-role') expect(printed(argv)).toEqual({ leftOut: expect.stringMatching(/only read/) });
  });

  test.each<[string, string[]]>([
    ['another program', ['rm', '-rf', '/']],
    ['a shell in a pod', ['kubectl', 'exec', 'web']],
    ['a substitution', ['kubectl', 'delete', 'pod', '$(reboot)']],
    ['a quotation mark in a patch', ['kubectl', 'patch', 'pod', 'a', `--patch={"a":"'; reboot; '"}`]],
    ['a file from elsewhere', ['kubectl', 'apply', '-f', 'https://evil.com/x.yaml']],
    ['another server', ['kubectl', 'delete', 'pod', 'a', '--server=https://evil.com']],
    ['another kustomization', ['kubectl', 'apply', '-k', 'github.com/evil/x']],
  ])('never %s', (_, argv) => {
    expect(propose(argv)).toEqual({ leftOut: expect.any(String) });
  });
});

test.each([
  ['javascript:', false],
  ['a"b', false],
  ['a\u202eb', false],
  ['a.example', false],
  ['0123456789ab', true],
])('the input of a playbook with the question %j is printed: %s', (question, printable) => {
  expect('line' in playbookInput({ question, decision: 'refuse' })).toBe(printable);
});
