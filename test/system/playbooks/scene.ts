/** The stack deployed in the emulated AWS on a real control plane, with three namespaces of an intruder, and who may start what. */
import {
  CreatePodIdentityAssociationCommand,
  EKSClient,
  ListPodIdentityAssociationsCommand,
} from '@aws-sdk/client-eks';
import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { expect } from '@jest/globals';
import type { WritableKubernetes } from '../../../functions/clients/kubernetes/kubernetes-writer.ts';
import type { HowToContain } from '../../../functions/contract/alert.ts';
import { QUARANTINE_LABEL } from '../../../functions/kubernetes/quarantine.ts';
import { run } from '../../../tools/twin/commands.ts';
import { clientSettings } from '../../../tools/twin/identities.ts';
import { NetworkPolicyController } from '../../../tools/twin/network-policy-controller/controller.ts';
import { type Stack, startStack } from '../../../tools/twin/stack.ts';
import { progress } from '../bring-up.ts';
import { Cluster as Maker, NETWORK_AGENT } from '../contain/hostile.ts';
import { connect } from '../contain/responder.ts';
import { Account, type Ended } from './account.ts';
import { belongings, RUNNER } from './intruder.ts';

/** Is isolated, removed and released. */
export const INTRUDER = 'cache-warmup';
/** Turns out to be meant. */
export const MEANT = 'night-batch';
/** Its executions are stopped. */
export const STOPPED = 'spare-room';
export const CONTAINMENT = { protectedNamespaces: ['vault'], questionHours: 1 };

export let stack: Stack;
export let account: Account;
export let admin: WritableKubernetes;
let maker: Maker;
let controller: NetworkPolicyController | undefined;
let eks: EKSClient;
export let starter: SFNClient;
export let approver: SFNClient;
export let dev: string;
/** What the alerts print, by namespace. */
export const printed = new Map<string, HowToContain>();
export const findings = new Map<string, string>();
export const uids = new Map<string, string>();
export const report = progress();
export const signal = () => AbortSignal.timeout(60_000);
export const kubectl = (kubeconfig: string, ...args: string[]) =>
  run(stack.binaries.kubectl, [`--kubeconfig=${kubeconfig}`, ...args]);
export const read = (path: string) => admin.read(path, signal());
export const names = async (path: string) =>
  (await admin.list(path, signal())).items.map(({ metadata }) => metadata.name);
export const ns = (name: string) => `/api/v1/namespaces/${name}`;
export const netpols = (name: string) => `/apis/networking.k8s.io/v1/namespaces/${name}/networkpolicies`;
export const bindings = (name: string) => `/apis/rbac.authorization.k8s.io/v1/namespaces/${name}/rolebindings`;
export const associations = async (namespace: string) =>
  (await eks.send(new ListPodIdentityAssociationsCommand({ clusterName: 'twin', namespace }))).associations ?? [];
export const how = (name: string): HowToContain => {
  const found = printed.get(name);
  if (!found) throw new Error(`no alert about ${name}`);
  return found;
};
export const findingOf = (name: string): string => findings.get(name) ?? '';
export const input = (name: string, more: object = {}) => ({ ...how(name).isolate.input, ...more });
/** What a person types who names the namespace itself. */
export const typed = (name: string, more: object = {}) => ({
  cluster: 'twin',
  namespace: name,
  uid: uids.get(name),
  mode: 'isolate',
  ...more,
});
const uidOf = (name: string): string => uids.get(name) ?? 'no alert';

/** For `beforeAll` of the file that runs the tests. */
export async function bringUp(): Promise<void> {
  stack = await startStack(report, { config: { containment: CONTAINMENT } });
  account = new Account(stack);
  eks = new EKSClient(clientSettings(stack.emulator));
  await kubectl(stack.adminKubeconfig, 'apply', '-k', 'cluster/');
  admin = await connect(stack, 'master', ['system:masters']);
  maker = new Maker(admin);
  await maker.learn();
  await maker.create(NETWORK_AGENT);
  controller = await NetworkPolicyController.start(stack);
  await maker.learn();
  [starter, approver] = [await account.person('starter', 'Starter'), await account.person('approver', 'Approver')];
  dev = await stack.identities.roleKubeconfig('Dev', 'alice@example.com', stack.processes.folder);
  for (const name of [INTRUDER, MEANT, STOPPED]) {
    await kubectl(dev, 'create', 'namespace', name);
    await maker.createAll(...belongings(name));
  }
  const roleArn = stack.identities.arn('role', 'Outsider');
  await eks.send(
    new CreatePodIdentityAssociationCommand({
      clusterName: 'twin',
      namespace: INTRUDER,
      serviceAccount: RUNNER,
      roleArn,
    }),
  );
}

export async function close(): Promise<void> {
  await controller?.stop();
  await stack?.close();
}

/** The folder of a namespace in the bucket. */
export const folderOf = (name: string): string => {
  const uid = uidOf(name);
  return `containment/${stack.emulator.account}/${stack.emulator.region}/twin/${uid}/`;
};

/** It is isolated, as the API server sees it. */
export async function expectIsolated(name: string): Promise<void> {
  const uid = uidOf(name);
  const { labels } = (await read(ns(name)))?.metadata ?? {};
  expect(labels).toMatchObject({ [QUARANTINE_LABEL]: uid, 'pod-security.kubernetes.io/enforce': 'restricted' });
  const [quota] = (await admin.list(`${ns(name)}/resourcequotas`, signal())).items;
  expect(quota?.['status']).toMatchObject({ hard: { pods: '0' } });
  const policies = (await admin.list(netpols(name), signal())).items;
  // Those that were there are closed, and stay.
  const denial = { podSelector: {}, policyTypes: ['Ingress', 'Egress'] };
  expect(policies.length).toBeGreaterThan(0);
  expect(policies.map(({ spec }) => spec)).toEqual(policies.map(() => denial));
  expect(await names(bindings(name))).toEqual([]);
  expect(await names(`${ns(name)}/serviceaccounts`)).not.toContain(RUNNER);
}

export async function leaseOf(name: string): Promise<{ execution: string | undefined; until: number }> {
  const uid = uidOf(name);
  const item = (await account.items()).get(`lease#${uid}`);
  return { execution: item?.['execution']?.S, until: Number(item?.['leaseUntil']?.N) };
}

/** Stopped by somebody with the rights to it: the account's administrator. */
export const stop = (executionArn: string) =>
  new SFNClient(clientSettings(stack.emulator)).send(new StopExecutionCommand({ executionArn }));

export const toldOf = ({ arn }: Pick<Ended, 'arn'>) =>
  account.message(`the end of ${arn}`, ({ execution, outcome }) => execution === arn && outcome !== undefined);

export const SUCCEEDED = { status: 'SUCCEEDED', error: undefined, cause: undefined };
