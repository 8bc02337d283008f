/** Whether a cluster lets the functions in by the ConfigMap aws-auth, as the configuration says. */
import { expect, test } from '@jest/globals';
import type { AwsAuthNeeds, PreflightContext } from '../../../bin/commands/preflight/check.ts';
import { awsAuth } from '../../../bin/commands/preflight/checks/aws-auth.ts';
import { printProposed } from '../../../functions/contract/commands/print.ts';

const ONLY: AwsAuthNeeds = { byHand: ['green'], isOnly: true, isContaining: true };
const GROUPS = ['observer', 'watch', 'contain', 'probe', 'release'];
const role = (name: string) => `arn:aws:iam::111122223333:role/NamespaceSentinel-${name}`;
const entry = (name: string, groups = [`namespace-sentinel:${name}`], rolearn = role(name)) =>
  `- rolearn: ${rolearn}\n  username: u\n  groups:\n${groups.map((group) => `    - ${group}\n`).join('')}`;
const NODES = entry('node', ['system:bootstrappers', 'system:nodes']);
const whole = NODES + GROUPS.map((name) => entry(name)).join('');

const judge = (mapRoles: string | undefined, needs: AwsAuthNeeds | undefined = ONLY) => {
  const found = mapRoles === undefined ? undefined : { metadata: { name: 'aws-auth' }, data: { mapRoles } };
  return awsAuth.run({
    kubernetes: { read: async (path: string) => (path.endsWith('/kube-system/configmaps/aws-auth') ? found : null) },
    configured: { file: 'f', lists: {}, awsAuth: needs },
    signal: new AbortController().signal,
  } as unknown as PreflightContext);
};

test('the lines that the stack gives let each role in as its group, which is told', async () => {
  const [row, ...more] = await judge(whole);
  expect(more).toEqual([]);
  expect(row?.status).toBe('ok');
  for (const name of GROUPS) expect(row?.says).toContain(`namespace-sentinel:${name} is ${role(name)}`);
});

test.each([
  ['no ConfigMap', undefined, 'There is no ConfigMap aws-auth'],
  [
    'a role that is missing',
    whole.replace(entry('probe'), ''),
    'maps no role to namespace-sentinel:probe. Append the output AwsAuthMapRoles',
  ],
  ['no mapRoles', '', 'is not a list in YAML'],
  ['mapRoles that are not a list', 'a: b', 'is not a list in YAML'],
  ['mapRoles that are not YAML', '- [', 'is not a list in YAML'],
  ['aliases that would grow', '- &a [x]\n- [*a, *a]', 'is not a list in YAML'],
  [
    'a role with more groups',
    whole.replace('    - namespace-sentinel:contain\n', '    - namespace-sentinel:contain\n    - system:masters\n'),
    `maps ${role('contain')} to namespace-sentinel:contain and system:masters, not to namespace-sentinel:contain alone`,
  ],
  [
    'a group with more roles',
    whole + entry('release', undefined, role('thief')),
    `maps several roles to namespace-sentinel:release: ${role('release')} and ${role('thief')}`,
  ],
])('names %s', async (_, mapRoles, says) => {
  const rows = await judge(mapRoles);
  expect(rows.map(({ status }) => status)).toEqual(['failed']);
  expect(rows[0]?.says).toContain(says);
  const lines = printProposed(rows[0]?.fix ?? []).map((line) => ('line' in line ? line.line : line.leftOut));
  if (mapRoles !== undefined) expect(lines).toEqual(['kubectl edit configmaps aws-auth --namespace=kube-system']);
});

test('where other clusters have access entries it says which cluster it matters for', async () => {
  const [row] = await judge(undefined, { ...ONLY, isOnly: false });
  expect([row?.status, row?.says]).toEqual(['attention', expect.stringContaining('if it is one of green')]);
});

test('without containment only observer and watch have to come in; without such clusters nothing is asked', async () => {
  const [row] = await judge(entry('observer') + entry('watch'), { ...ONLY, isContaining: false });
  expect(row?.status).toBe('ok');
  expect(await judge(undefined, { ...ONLY, byHand: [], isOnly: false })).toEqual([]);
});
