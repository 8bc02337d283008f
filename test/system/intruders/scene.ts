/** The stack as deployed, with a cluster that is looked after, for one intruder after the other. */
import { expect } from '@jest/globals';
import type { WritableKubernetes } from '../../../functions/clients/kubernetes/kubernetes-writer.ts';
import { run } from '../../../tools/twin/commands.ts';
import { type Credentials, type KubeAnswer, type KubeRequest, kubeRequest } from '../../../tools/twin/kube.ts';
import { NetworkPolicyController } from '../../../tools/twin/network-policy-controller/controller.ts';
import { type Stack, startStack } from '../../../tools/twin/stack.ts';
import type { AwsCredentials } from '../../../tools/twin/token.ts';
import { progress } from '../bring-up.ts';
import { Cluster as Maker, NETWORK_AGENT } from '../contain/hostile.ts';
import { connect } from '../contain/responder.ts';
import { Account, type Ended } from '../playbooks/account.ts';
import { belongings } from '../playbooks/intruder.ts';
import { type AwsClients, awsClients } from '../rights/aws-clients.ts';
import { type DeployedFunction, deployedFunctions, type FunctionName } from '../rights/aws-things.ts';

/** Ordinary namespaces of other people. */
const SHOPS = ['shop', 'market', 'vault'] as const;
/** The configuration protects it. */
const PROTECTED = 'vault';

export let stack: Stack;
let controller: NetworkPolicyController;
export let account: Account;
/** As `system:masters`. */
export let admin: WritableKubernetes;
export let root: AwsClients;
export let functions: Record<FunctionName, DeployedFunction>;
/** Kubeconfig of a developer. */
export let dev: string;
/** Of whoever has the policy of that name, and nothing else. */
export let people: Record<'Starter' | 'Approver', { keys: AwsCredentials; aws: AwsClients }>;
/** What the alert about a namespace says: the id of the finding, and the UID. */
const alerted = new Map<string, { findingId: string; uid: string }>();

export const report = progress();
export const signal = () => AbortSignal.timeout(60_000);
export const kubectl = (kubeconfig: string, ...args: string[]) =>
  run(stack.binaries.kubectl, [`--kubeconfig=${kubeconfig}`, ...args]);
/** A request to the API server, as anybody. */
export const ask = (who: Credentials, request: KubeRequest): Promise<KubeAnswer> =>
  kubeRequest(stack.endpoint, who, request);

/** For `beforeAll` of the file that runs the tests. */
export async function bringUp(): Promise<void> {
  stack = await startStack(report, {
    config: {
      clusters: [{ name: 'twin', cutLines: true }],
      containment: { protectedNamespaces: [PROTECTED], questionHours: 1 },
    },
  });
  account = new Account(stack);
  root = awsClients(stack.emulator);
  functions = await deployedFunctions(stack);
  await kubectl(stack.adminKubeconfig, 'apply', '-k', 'cluster/');
  admin = await connect(stack, 'master', ['system:masters']);
  const maker = new Maker(admin);
  await maker.learn();
  await maker.create(NETWORK_AGENT);
  controller = await NetworkPolicyController.start(stack);
  await maker.learn();
  const person = async (name: 'Starter' | 'Approver') => {
    const keys = await account.keys(`stolen-${name}`, name);
    return { keys, aws: awsClients(stack.emulator, keys) };
  };
  people = { Starter: await person('Starter'), Approver: await person('Approver') };
  dev = await stack.identities.roleKubeconfig('Dev', 'alice@example.com', stack.processes.folder);
  const ci = await stack.identities.roleKubeconfig('CI', 'deploy', stack.processes.folder);
  for (const [index, name] of SHOPS.entries()) {
    // By two actors: later creations of an actor are reported in the digest of the hour.
    await kubectl(index < 2 ? dev : ci, 'create', 'namespace', name);
    await maker.createAll(...belongings(name));
    const { id = '', finding } = await account.message(
      `the alert about ${name}`,
      (message) => message.finding?.namespace.name === name && message.finding.outcome === 'created',
      // As long as Lambda waits before it tries what failed once more, and a while.
      150_000,
    );
    alerted.set(name, { findingId: id, uid: finding?.namespace.uid ?? '' });
  }
}

/** For `afterAll`. */
export async function close(): Promise<void> {
  await controller?.stop();
  await stack?.close();
}

export const findingOf = (name: string): string => alerted.get(name)?.findingId ?? '';
/** What starts a playbook on a namespace. */
export const inputFor = (name: string, more: object = {}): Record<string, unknown> => ({
  ...{ cluster: 'twin', namespace: name, uid: alerted.get(name)?.uid, findingId: findingOf(name) },
  ...more,
});

/**
 * A run has isolated. Others of these intruders send lines that the log cuts, in which a session could be hidden: where there are
 * such, that nobody is inside stays open, and nothing else.
 */
export function expectIsolated({ status, output }: Pick<Ended, 'status' | 'output'>): void {
  if (status === 'SUCCEEDED') expect(output).toMatchObject({ outcome: 'contained' });
  else
    expect(output).toMatchObject({
      Error: 'partly-contained',
      Cause: expect.stringMatching(/: one thing is open, first: Verify sessions: /),
    });
}
