import { ExecutionDoesNotExist } from '@aws-sdk/client-sfn';
import { type Account, type Answer, CONFIG, clusterOf, noCluster, role, snapshotOf, UIDS } from '../account.ts';
import type { Fault } from './fault.ts';

const PLAYBOOK = String.raw`aws stepfunctions start-execution .*stateMachine:NamespaceSentinel-release --input '\{.*"mode":"release"\}'`;
const outputsOf = (account: Account) => account['cloudformation:DescribeStacks'].Stacks[0].Outputs;
const deployedFor =
  (...names: string[]) =>
  (account: Account) => {
    const output = outputsOf(account).find(({ OutputKey }: Answer) => OutputKey === 'SubscriptionFilters');
    output.OutputValue = JSON.stringify(Object.fromEntries(names.map((name) => [name, []])));
  };
/** What is contained is in this cluster. */
const containedIn =
  (cluster: string, ...files: string[]) =>
  (account: Account) => {
    const usual = account['s3:ListBucket'];
    account['s3:ListBucket'] = (input: Answer) =>
      input.Prefix.startsWith('snapshots/')
        ? { Contents: files.map((file) => snapshotOf(cluster, UIDS[1], file)) }
        : usual(input);
  };
const letIn = (cluster: string, kinds: readonly string[]) => (account: Account) => {
  account['eks:DescribeAccessEntry'] = ({ clusterName, principalArn }: Answer) => {
    if (clusterName === cluster && kinds.some((kind) => role(kind) === principalArn)) return { accessEntry: {} };
    throw noCluster();
  };
};
const all =
  (...changes: ((account: Account) => void)[]) =>
  (account: Account) => {
    for (const change of changes) change(account);
  };
const FIRST = 'snapshot.json.gz';

/** What comes of a life: clusters that go, come back, or are made again. */
export const LIFE_FAULTS: readonly Fault[] = [
  {
    name: 'a cluster that leaves with a quarantined namespace',
    check: 'taken-out',
    breaks: all(deployedFor('prod', 'old'), containedIn('old', FIRST), letIn('old', ['Release'])),
    says: /old is to be taken out of the configuration, and 1 namespace in it is quarantined: evil \(UID 2222/,
    fix: new RegExp(`leave old in the configuration[\\s\\S]*${PLAYBOOK}`),
  },
  {
    name: 'a cluster that leaves with a namespace that nobody can name any more',
    check: 'taken-out',
    breaks: all(deployedFor('prod', 'old'), containedIn('old', FIRST), (account) => {
      account['states:DescribeExecution'] = new ExecutionDoesNotExist({ message: 'gone', $metadata: {} });
    }),
    says: /the namespace with the UID 22222222/,
    fix: /kubectl get namespaces --selector=namespace-sentinel\.io\/quarantine=22222222/,
  },
  {
    name: 'a cluster that leaves with a namespace that was contained again after its release',
    check: 'taken-out',
    breaks: all(deployedFor('prod', 'old'), containedIn('old', FIRST, 'snapshot-2.json.gz'), (account) => {
      account['s3:GetObjectTagging'] = ({ Key }: Answer) => ({
        TagSet: Key.endsWith(FIRST) ? [{ Key: 'released', Value: 'true' }] : [],
      });
    }),
    says: /old is to be taken out of the configuration, and 1 namespace/,
    fix: /leave old/,
  },
  {
    name: 'a cluster that was taken out with a quarantined namespace',
    check: 'taken-out',
    breaks: all(containedIn('theirs', FIRST), letIn('theirs', ['Release'])),
    says: /theirs is not in the configuration, and 1 namespace in it is still quarantined: evil.* for release is still there/,
    fix: new RegExp(
      `${PLAYBOOK}[\\s\\S]*aws eks delete-access-entry .*--cluster-name theirs .*role/NamespaceSentinel-Release`,
    ),
  },
  {
    name: 'a quarantined namespace that no role can release',
    check: 'taken-out',
    breaks: all(containedIn('gone', FIRST), letIn('gone', [])),
    says: /gone is not in the configuration.*No access entry lets a role of the stack in/,
    fix: /put the cluster back into the configuration/,
  },
  {
    name: 'an access entry that nobody needs',
    check: 'taken-out',
    breaks: letIn('theirs', ['Release']),
    status: 'note',
    says: /theirs is not in the configuration, and still lets the role of release in/,
    fix: /aws eks delete-access-entry .*--cluster-name theirs/,
  },
  {
    name: 'a cluster that comes back',
    check: 'taken-out',
    breaks: deployedFor('other'),
    says: /prod is put into the configuration, and lets .*NamespaceSentinel-Release in already/,
    fix: /aws eks delete-access-entry .*--cluster-name prod/,
  },
  {
    name: 'a stack that does not give its clusters',
    check: 'taken-out',
    breaks: (account) => {
      const outputs = outputsOf(account);
      outputs.splice(
        outputs.findIndex(({ OutputKey }: Answer) => OutputKey === 'SubscriptionFilters'),
        1,
      );
    },
    status: 'not-checked',
    says: /no output SubscriptionFilters/,
    fix: /deploy/,
  },
  {
    name: 'a cluster that was made again',
    check: 'same-cluster',
    breaks: (account) => {
      clusterOf(account).createdAt = new Date('2026-03-01T00:00:00Z');
    },
    status: 'note',
    says: /cluster\/prod is another cluster than the one for which the stack was deployed at 2026-02-01/,
    fix: /access-entries.*kubectl apply -k cluster/,
  },
  {
    name: 'a cluster with aws-auth that was made again',
    check: 'same-cluster',
    breaks: (account) => {
      clusterOf(account).createdAt = new Date('2026-03-01T00:00:00Z');
    },
    config: CONFIG.replace('cutLines: true', 'accessEntries: false'),
    status: 'note',
    says: /is another cluster/,
    fix: /former cluster/,
  },
  {
    name: 'a cluster of unknown age',
    check: 'same-cluster',
    breaks: (account) => {
      delete clusterOf(account).createdAt;
    },
    status: 'not-checked',
    says: /does not say when/,
    fix: /^/,
  },
];
