/**
 * `sentinel drill` as a user runs it: without a deployment, and the alert alone against one, by somebody who holds the policies and the
 * role that docs/drill.md names. Every link is the real one but for what the emulator stands for (docs/twin.md).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AttachUserPolicyCommand, CreateAccessKeyCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { DrillReport } from '../../bin/commands/drill/course.ts';
import type { DrillLink } from '../../bin/commands/drill/link.ts';
import { type Finished, finish, run } from '../../tools/twin/commands.ts';
import { clientSettings } from '../../tools/twin/identities.ts';
import { NetworkPolicyController } from '../../tools/twin/network-policy-controller/controller.ts';
import { type Stack, startStack } from '../../tools/twin/stack.ts';
import { BRING_UP_MS, progress } from './bring-up.ts';
import { Cluster as Maker, NETWORK_AGENT } from './contain/hostile.ts';
import { connect } from './contain/responder.ts';
import { Account } from './playbooks/account.ts';

const DRILLER = 'driller';
const GROUP = 'sentinel-drill';
const EMAIL = 'oncall@corp.io';

let stack: Stack;
let account: Account;
let controller: NetworkPolicyController | undefined;
/** Of somebody who holds the policies of the stack. */
let driller: Record<string, string>;
const kubectl = (...args: string[]) => run(stack.binaries.kubectl, [`--kubeconfig=${stack.adminKubeconfig}`, ...args]);
const namespaces = () => kubectl('get', 'namespaces', '-o', 'name');

/** The first manifest in the page. */
const manifestIn = (page: string): string => /```yaml\n(.*?)```/s.exec(readFileSync(page, 'utf8'))?.[1] ?? '';

async function drill(args: string[], environment: Record<string, string> = driller): Promise<Finished> {
  const env = {
    ...stack.emulator.environment,
    ...environment,
    PATH: process.env['PATH'],
    HOME: stack.processes.folder,
  };
  return finish(process.execPath, ['bin/sentinel.ts', 'drill', ...args], { env, timeoutMs: 300_000 });
}
const reportIn = ({ stdout, stderr }: Finished): DrillReport => {
  if (!stdout.startsWith('{')) throw new Error(stderr);
  return JSON.parse(stdout);
};
const statesOf = (links: readonly DrillLink[]) => links.map(({ id, state }) => `${id} ${state}`);

beforeAll(async () => {
  stack = await startStack(progress(), { config: { emails: [{ address: EMAIL, minSeverity: 'HIGH' }] } });
  account = new Account(stack);
  await kubectl('apply', '-k', 'cluster/');
  const manifest = join(stack.processes.folder, 'drill-role.yaml');
  writeFileSync(manifest, manifestIn('docs/drill.md'));
  await kubectl('apply', '-f', manifest);
  const maker = new Maker(await connect(stack, 'master', ['system:masters']));
  await maker.learn();
  await maker.create(NETWORK_AGENT);
  controller = await NetworkPolicyController.start(stack);
  const iam = new IAMClient(clientSettings(stack.emulator));
  await iam.send(new CreateUserCommand({ UserName: DRILLER }));
  for (const policy of ['Drill', 'Reader', 'Starter', 'Approver'])
    await iam.send(new AttachUserPolicyCommand({ UserName: DRILLER, PolicyArn: account.output(`${policy}PolicyArn`) }));
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: DRILLER }));
  driller = { AWS_ACCESS_KEY_ID: key?.AccessKeyId ?? '', AWS_SECRET_ACCESS_KEY: key?.SecretAccessKey ?? '' };
  await stack.identities.grant(stack.identities.arn('user', DRILLER), { groups: [GROUP] });
}, BRING_UP_MS);
afterAll(async () => {
  await controller?.stop();
  await stack?.close();
});

test('local: the same playbooks run here, and nothing is left', async () => {
  const local = ['--kubeconfig', stack.adminKubeconfig, '--wait', '1', '--json', '--audit-log', stack.auditLog];
  const report = reportIn(await drill(local, {}));
  expect(statesOf(report.links)).toEqual([
    'staged answered',
    'finding answered',
    'investigation answered',
    'alert not-seen',
    'plan answered',
    'isolate answered',
    'proofs answered',
    'release answered',
    'clean-up answered',
  ]);
  expect(report.remains).toEqual([]);
  expect(await namespaces()).not.toContain('sentinel-drill-');
}, 120_000);

test('deployed, the alert alone: it is marked, and needs a right that the policy does not give', async () => {
  const args = ['--stack', 'NamespaceSentinel', '--alert-only', '--severity', 'HIGH', '--wait', '1', '--json'];
  await expect(drill(args)).resolves.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('lambda:InvokeFunction'),
  });
  const report = reportIn(await drill(args, {}));
  expect(statesOf(report.links)).toEqual(['handed answered', 'alert-topic answered']);
  const alert = await account.message('the alert', ({ id }) => id === report.findingId);
  expect(alert).toMatchObject({
    finding: { drill: 'registered', outcome: 'rejected' },
    assessment: { severity: 'HIGH' },
  });
}, 120_000);
