import type { KubernetesObject } from '../../../../functions/clients/kubernetes/kubernetes.ts';
import { command } from '../../../../functions/contract/commands/command.ts';
import { nodeAgentOf } from '../../../../functions/kubernetes/vpc-cni.ts';
import type { PreflightCheck, Row } from '../check.ts';

/** The name of the cluster is not known here. */
const SWITCH_ON = command('aws eks update-addon', [], {
  '--cluster-name': 'NAME',
  '--addon-name': 'vpc-cni',
  '--configuration-values': '{"enableNetworkPolicy":"true"}',
  '--resolve-conflicts': 'PRESERVE',
});

/** DaemonSets that enforce network policies by being there. */
const ENFORCERS: Readonly<Record<string, string>> = { 'calico-node': 'Calico', cilium: 'Cilium' };

/** What of that can be shown. */
const KNOWN: Readonly<Record<string, string>> = {
  Calico:
    'It writes down nowhere what it enforces, so that isolation ends as partly contained, until the pods have ended (mode remove, scope pods).',
};

/** Whether anything enforces the network policy that cuts a namespace off. */
export const networkEnforcer: PreflightCheck = {
  name: 'network-enforcer',
  async run({ kubernetes, signal }): Promise<Row[]> {
    const [{ items: daemonSets }, settings] = await Promise.all([
      kubernetes.list('/apis/apps/v1/daemonsets', signal),
      // EKS Auto Mode has no DaemonSet: its switch is here.
      kubernetes.read('/api/v1/namespaces/kube-system/configmaps/amazon-vpc-cni', signal),
    ]);
    const other = daemonSets.map(({ metadata }) => ENFORCERS[metadata.name ?? '']).find((name) => name !== undefined);
    if (other) return [{ status: 'ok', says: `${other} enforces network policies. ${KNOWN[other] ?? ''}`.trimEnd() }];
    const vpcCni = daemonSets.find(
      ({ metadata }) => metadata.namespace === 'kube-system' && metadata.name === 'aws-node',
    );
    const isOn = vpcCni ? nodeAgentOf(vpcCni)?.isOn : isSwitchedOn(settings);
    if (isOn)
      return [
        {
          status: 'ok',
          says: 'The VPC CNI enforces network policies, on EC2 Linux nodes. Pods on Fargate and Windows and pods with hostNetwork stay reachable.',
        },
      ];
    return [
      {
        status: 'failed',
        says: vpcCni
          ? 'The VPC CNI does not enforce network policies: a contained namespace would keep its network.'
          : 'Nothing was found that enforces network policies: a contained namespace would keep its network.',
        fix: [SWITCH_ON],
      },
    ];
  },
};

const isSwitchedOn = (settings: KubernetesObject | undefined): boolean =>
  (settings?.data as Record<string, string> | undefined)?.['enable-network-policy-controller'] === 'true';
