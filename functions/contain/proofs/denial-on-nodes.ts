import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { record, texts } from '../../kit/json.ts';
import { rights } from '../framework/needs.ts';
import { deniesAll, hasOurLabels } from '../isolation/own-objects.ts';
import type { ClusterReader } from './cluster-reader.ts';
import {
  agentProblem,
  ENFORCEMENT_RIGHTS,
  enforcementOf,
  nodeOf,
  type Plugin,
  pluginOf,
  unreachable,
} from './enforcers.ts';
import {
  addressOf,
  allowsAbove,
  concerns,
  coveredBy,
  FINALIZER,
  GROUP,
  hasRules,
  isDenial,
  isListed,
  policyOf,
} from './policy-endpoints.ts';
import { fewNames, notApplicable, notProven, proven, type TestResult, type Verification } from './proof.ts';

/**
 * Decisive: a policy is an order, and this is what became of it, as far as plugins write it down. The nodes need some
 * seconds, so that what may still come is looked at again.
 */
export const denialOnNodes: Verification = {
  id: 'denial-on-nodes',
  claim: 'The network plugin enforces the denial, and no other rule, on each of its pods.',
  decisive: true,
  shows: 'effect',
  needs: {
    kubernetes: [
      ...ENFORCEMENT_RIGHTS,
      ...rights(
        ['list'],
        'networkpolicies.networking.k8s.io',
        'policyendpoints.networking.k8s.aws',
        'clusterpolicyendpoints.networking.k8s.aws',
        'ciliumendpoints.cilium.io',
      ),
    ],
  },
  async prove(look) {
    const enforcement = await enforcementOf(look);
    const reachable = enforcement.pods.filter((pod) => !unreachable(pod, enforcement.nodes.get(nodeOf(pod) ?? '')));
    const listed = reachable.filter(isListed);
    if (listed.length === 0)
      return notApplicable('Read: none of its pods has an address of its own in a network that policies reach.');
    // An endpoint is what is ordered: an agent of the VPC CNI that is off enforces none of it.
    const idle = listed.filter(
      (pod) => pluginOf(pod, enforcement) === 'VPC CNI' && agentProblem(pod, enforcement) !== undefined,
    );
    const pods = listed.filter((pod) => !idle.includes(pod));
    const on = new Map(pods.map((pod) => [pod, pluginOf(pod, enforcement)]));
    const results: TestResult[] = [];
    if (idle.length > 0) {
      const why = new Set(idle.flatMap((pod) => agentProblem(pod, enforcement) ?? []));
      results.push(notProven(`Read: nothing enforces what is ordered for ${named(idle)}: ${fewNames([...why])}.`));
    }
    for (const [plugin, test] of Object.entries(TESTS) as [Plugin, Test][]) {
      const its = pods.filter((pod) => on.get(pod) === plugin);
      if (its.length > 0) results.push(await test(its, look));
    }
    const nobodys = pods.filter((pod) => on.get(pod) === undefined);
    if (nobodys.length > 0)
      results.push(notProven(`Read: no network plugin is known on the nodes of ${named(nobodys)}.`));
    return together(results);
  },
};

type Test = (pods: readonly KubernetesObject[], look: ClusterReader) => Promise<TestResult>;

const TESTS: Readonly<Record<Plugin, Test>> = {
  'VPC CNI': byPolicyEndpoints,
  Cilium: byCiliumEndpoints,
  // What felix programs stands on the node alone: https://docs.tigera.io/calico/latest/reference/resources/
  Calico: async (pods) =>
    notProven(
      `By configuration only: Calico writes down nowhere in the cluster what it enforces on ${named(pods)}. ${TO_END}`,
    ),
};

/** What holds whatever the plugin does. */
const TO_END = 'Ending its pods (mode "remove", scope "pods") makes this true.';

async function byPolicyEndpoints(pods: readonly KubernetesObject[], look: ClusterReader): Promise<TestResult> {
  const { namespace } = look.target;
  const all = await look.served(GROUP, 'PolicyEndpoint', 'everywhere');
  if (!all)
    return notProven(
      'Asked: the cluster serves no PolicyEndpoint, so the VPC CNI enforces no policy. Its controller is off: ' +
        'set enableNetworkPolicy of the add-on vpc-cni, or in Auto Mode "enable-network-policy-controller" in the ConfigMap kube-system/amazon-vpc-cni.',
    );
  const policies = (await look.list('networking.k8s.io/v1', 'networkpolicies')).filter(
    (policy) => deniesAll(policy) && hasOurLabels(policy),
  );
  const names = new Set(policies.map(({ metadata }) => `${namespace}/${metadata.name}`));
  const inside = all.filter(({ metadata }) => metadata.namespace === namespace);
  const ours = inside.filter((endpoint) => names.has(policyOf(endpoint)) && isDenial(endpoint));
  const addresses = new Set(pods.flatMap((pod) => addressOf(pod) ?? []));
  // Of pods of one owner the agents keep one table, so that rules for one of them count for all. And they take an endpoint
  // of another namespace that lists a pod of this one for what is to be enforced on it.
  const allowing = inside.filter(hasRules);
  const foreign = all.filter((each) => each.metadata.namespace !== namespace && concerns(each, namespace, addresses));
  const above = ((await look.served(GROUP, 'ClusterPolicyEndpoint', 'everywhere')) ?? []).filter(
    (endpoint) => allowsAbove(endpoint) && concerns(endpoint, namespace, addresses),
  );
  const isCovered = coveredBy(ours);
  const missing = pods.filter((pod) => !isCovered(pod));
  const how = `Read all ${all.length} PolicyEndpoints`;
  const problems = [
    ...(missing.length > 0 ? [`${ours.length} of them deny everything, but not for ${named(missing)}`] : []),
    ...(allowing.length > 0 ? [`traffic is allowed by ${objects(allowing)}`] : []),
    ...(foreign.length > 0 ? [`its pods are listed in ${objects(foreign)} of other namespaces`] : []),
    ...(above.length > 0 ? [`traffic is accepted above by ClusterPolicyEndpoint ${objects(above)}`] : []),
  ];
  if (problems.length === 0)
    return proven(
      `${how}: ${ours.length} of them deny everything for ${counted(pods)}, and none allows these anything. No packet was sent.`,
    );
  const why = ours.length === 0 ? ` ${reasonOf(policies, all.length > inside.length)}` : '';
  return {
    ...notProven(`${how}: ${problems.join('; ')}.${why} ${TO_END}`),
    // The controller still has to see the policy, or what we have closed.
    pending: foreign.length === 0 && above.length === 0,
  };
}

/** Why the controller may have ordered nothing. */
function reasonOf(policies: readonly KubernetesObject[], worksElsewhere: boolean): string {
  if (policies.length === 0) return 'No NetworkPolicy of ours denies all traffic.';
  const isTaken = policies.some(({ metadata }) => texts(record(metadata)['finalizers']).includes(FINALIZER));
  if (isTaken)
    return `The controller has put its finalizer on the policy, and ordered nothing: its writes of PolicyEndpoints may be refused.`;
  return worksElsewhere
    ? `The controller works for other namespaces and has not put its finalizer (${FINALIZER}) on the policy: the freeze may refuse it that. Apply cluster/ again, as it is shipped.`
    : `The policy lacks the finalizer of the controller (${FINALIZER}), and there is no PolicyEndpoint elsewhere: it is off, or it may not write. See enableNetworkPolicy of the add-on vpc-cni, and "enable-network-policy-controller" in the ConfigMap kube-system/amazon-vpc-cni.`;
}

/**
 * Cilium's agents write into the CiliumEndpoint of a pod whether policies hold it, by direction, where their configuration
 * asks for that. Rules that allow are its own kinds of policy, which no-other-network-rules reads.
 * https://docs.cilium.io/en/stable/network/kubernetes/ciliumendpoint/
 */
async function byCiliumEndpoints(pods: readonly KubernetesObject[], look: ClusterReader): Promise<TestResult> {
  const endpoints = (await look.served('cilium.io', 'CiliumEndpoint')) ?? [];
  const byName = new Map(endpoints.map((endpoint) => [endpoint.metadata.name, record(endpoint['status'])]));
  const policiesOf = (pod: KubernetesObject) => record(byName.get(pod.metadata.name)?.['policy']);
  const silent = pods.filter((pod) => Object.keys(policiesOf(pod)).length === 0);
  const loose = pods.filter(
    (pod) =>
      !silent.includes(pod) && ['ingress', 'egress'].some((way) => record(policiesOf(pod)[way])['enforcing'] !== true),
  );
  const how = `Read ${endpoints.length} CiliumEndpoints`;
  if (loose.length > 0)
    return {
      ...notProven(`${how}: no policy is enforced in both directions on ${named(loose)}. ${TO_END}`),
      pending: true,
    };
  if (silent.length > 0)
    return notProven(
      `By configuration only: Cilium does not write down what it enforces on ${named(silent)} (CiliumEndpoint, status.policy). ${TO_END}`,
    );
  return proven(`${how}: a policy is enforced in both directions on ${counted(pods)}. No packet was sent.`);
}

const named = (pods: readonly KubernetesObject[]): string =>
  `${pods.length} of its pods (${fewNames(pods.map(({ metadata }) => metadata.name ?? ''))})`;
const counted = (pods: readonly KubernetesObject[]): string => `all ${pods.length} of its pods that have an address`;
const objects = (all: readonly KubernetesObject[]): string =>
  fewNames(all.map(({ metadata }) => [metadata.namespace, metadata.name].filter(Boolean).join('/')));

/** Each plugin has to hold its own pods. */
function together(results: readonly TestResult[]): TestResult {
  const not = results.filter(({ verdict }) => verdict === 'not-proven');
  const how = (not.length > 0 ? not : results).map((result) => result.how).join(' ');
  if (not.length === 0) return proven(how);
  return { ...notProven(how), pending: not.every(({ pending }) => pending === true) };
}
