/**
 * What a policy means in addresses, as the controller of the VPC CNI resolves it (facts: pkg/resolvers of
 * aws/amazon-network-policy-controller-k8s, ecc7e6a).
 */
import type { KubernetesObject } from '../../../functions/clients/kubernetes/kubernetes.ts';
import { defined } from '../../../functions/kit/defined.ts';
import { list, number, record, records, sameJson, text, texts } from '../../../functions/kit/json.ts';
import { combine, type Port, type Rule } from './rules.ts';

/** What there is in the cluster. */
export interface World {
  pods: KubernetesObject[];
  namespaces: KubernetesObject[];
  services: KubernetesObject[];
}

export interface Resolved {
  ingress: Rule[];
  egress: Rule[];
  pods: { name: string; namespace: string; podIP: string; hostIP?: string }[];
}

type Json = Record<string, unknown>;

/** As Kubernetes defines a label selector; an empty one takes everything. */
function matches(selector: unknown, labels: Readonly<Record<string, string>> = {}): boolean {
  const { matchLabels, matchExpressions } = record(selector);
  if (!Object.entries(record(matchLabels)).every(([key, value]) => labels[key] === value)) return false;
  return records(matchExpressions).every(({ key, operator, values }) => {
    const value = labels[text(key) ?? ''];
    const listed = value !== undefined && list(values).includes(value);
    if (operator === 'In') return listed;
    if (operator === 'NotIn') return !listed;
    return operator === 'Exists' ? value !== undefined : value === undefined;
  });
}

const addressOf = ({ status }: KubernetesObject): string => text(record(status)['podIP']) ?? '';
const hasEnded = ({ status }: KubernetesObject): boolean =>
  ['Succeeded', 'Failed'].includes(text(record(status)['phase']) ?? '');
const isReachable = (pod: KubernetesObject): boolean => addressOf(pod) !== '' && !hasEnded(pod);
/** Pods in the network of their node are held by no policy. */
const isHeld = (pod: KubernetesObject): boolean => isReachable(pod) && record(pod['spec'])['hostNetwork'] !== true;

const podsOf = (world: World, namespace: string | undefined, selector: unknown): KubernetesObject[] =>
  world.pods.filter(({ metadata }) => metadata.namespace === namespace && matches(selector, metadata.labels));

const namespacesOf = (world: World, selector: unknown): string[] =>
  world.namespaces
    .filter(({ metadata }) => matches(selector, metadata.labels))
    .map(({ metadata }) => metadata.name ?? '');

const protocolOf = (port: Json): string => text(port['protocol']) ?? 'TCP';

/** Number of a named port in a pod. */
const portInPod = (pod: KubernetesObject, name: string, protocol: string): number | undefined =>
  records(record(pod['spec'])['containers'])
    .flatMap((container) => records(container['ports']))
    .flatMap((each) =>
      each['name'] === name && protocolOf(each) === protocol ? (number(each['containerPort']) ?? []) : [],
    )[0];

/** A port of a rule in numbers; undefined for a name where no pod says what it is. */
function portOf(port: Json, pod?: KubernetesObject): Port | undefined {
  const protocol = protocolOf(port);
  const name = text(port['port']);
  const value = name === undefined ? number(port['port']) : pod && portInPod(pod, name, protocol);
  if (name !== undefined && value === undefined) return undefined;
  const endPort = number(port['endPort']);
  return { protocol, ...(value !== undefined && { port: value }), ...(endPort !== undefined && { endPort }) };
}

const known = <T>(values: (T | undefined)[]): T[] => values.filter((value) => value !== undefined);
const distinct = <T>(values: T[]): T[] =>
  values.filter((value, index) => values.findIndex((other) => sameJson(other, value)) === index);

const anywhere = (ports: Port[]): Rule[] => ['0.0.0.0/0', '::/0'].map((cidr) => ({ cidr, ports }));
const block = (peer: Json, ports: Port[]): Rule => {
  const { cidr, except } = record(peer['ipBlock']);
  return { cidr: text(cidr) ?? '', ...(texts(except).length > 0 && { except: texts(except) }), ports };
};

/** Namespaces in which the pods of a peer are. */
const peerNamespaces = (world: World, own: string | undefined, peer: Json): string[] =>
  peer['namespaceSelector'] === undefined ? [own ?? ''] : namespacesOf(world, peer['namespaceSelector']);

function ingressOf(world: World, namespace: string | undefined, podSelector: unknown, rule: Json): Rule[] {
  const wanted = records(rule['ports']);
  const named = wanted.some((port) => text(port['port']) !== undefined);
  // A name means what it is called in the pods that the policy is for.
  const targets = named ? podsOf(world, namespace, podSelector).filter(isReachable) : [undefined];
  const ports = distinct(targets.flatMap((pod) => known(wanted.map((port) => portOf(port, pod)))));
  if (wanted.length > 0 && ports.length === 0) return [];
  const peers = records(rule['from']);
  if (peers.length === 0) return anywhere(ports);
  return peers.flatMap((peer) =>
    peer['ipBlock'] !== undefined
      ? [block(peer, ports)]
      : peerNamespaces(world, namespace, peer)
          .flatMap((name) => podsOf(world, name, peer['podSelector']))
          .filter(isReachable)
          .map((pod) => ({ cidr: addressOf(pod), ports })),
  );
}

function egressOf(world: World, namespace: string | undefined, rule: Json): Rule[] {
  const wanted = records(rule['ports']);
  const numbered = known(wanted.map((port) => portOf(port)));
  const unknown = wanted.length > 0 && numbered.length === 0;
  const peers = records(rule['to']);
  if (peers.length === 0) return unknown ? [] : anywhere(numbered);
  return peers.flatMap((peer): Rule[] => {
    if (peer['ipBlock'] !== undefined) return unknown ? [] : [block(peer, numbered)];
    return peerNamespaces(world, namespace, peer).flatMap((name) => [
      ...podsOf(world, name, peer['podSelector'])
        .filter(isReachable)
        .flatMap((pod): Rule[] => {
          const ports = known(wanted.map((port) => portOf(port, pod)));
          return wanted.length > 0 && ports.length === 0 ? [] : [{ cidr: addressOf(pod), ports }];
        }),
      ...servicesOf(world, name, peer['podSelector'], wanted),
    ]);
  });
}

/** The agents see a packet before the address of a Service becomes that of a pod: so those addresses are allowed, too. */
function servicesOf(world: World, namespace: string, podSelector: unknown, wanted: Json[]): Rule[] {
  return world.services
    .filter(({ metadata }) => metadata.namespace === namespace)
    .flatMap((service): Rule[] => {
      const spec = record(service['spec']);
      const address = text(spec['clusterIP']);
      const selector = record(spec['selector']) as Record<string, string>;
      if (address === undefined || address === 'None' || !matches(podSelector, selector)) return [];
      const backing = podsOf(world, namespace, { matchLabels: selector });
      const ports = known(wanted.map((port) => portOfService(spec, port, backing)));
      return wanted.length > 0 && ports.length === 0 ? [] : [{ cidr: address, ports }];
    });
}

/** The Service's port behind which the pods' port of the rule is. */
function portOfService(spec: Json, wanted: Json, backing: KubernetesObject[]): Port | undefined {
  const protocol = protocolOf(wanted);
  if (wanted['port'] === undefined) return { protocol };
  const found = records(spec['ports']).find((each) => {
    if (protocolOf(each) !== protocol) return false;
    const target = each['targetPort'] ?? each['port'];
    if (target === wanted['port']) return true;
    const name = text(target);
    // A number in the rule, a name in the Service: every pod has to mean the same by it.
    return (
      name !== undefined &&
      backing.length > 0 &&
      backing.every((pod) => portInPod(pod, name, protocol) === wanted['port'])
    );
  });
  const port = number(found?.['port']);
  return port === undefined ? undefined : { protocol, port };
}

const entries = (pods: KubernetesObject[]): Resolved['pods'] =>
  pods.filter(isHeld).map((pod) => ({
    ...defined({ hostIP: text(record(pod['status'])['hostIP']) }), // simulated pods have none
    podIP: addressOf(pod),
    name: pod.metadata.name ?? '',
    namespace: pod.metadata.namespace ?? '',
  }));

export function resolvePolicy(policy: KubernetesObject, world: World): Resolved {
  const { namespace } = policy.metadata;
  const { podSelector, ingress, egress } = record(policy['spec']);
  return {
    ingress: combine(records(ingress).flatMap((rule) => ingressOf(world, namespace, podSelector, rule))),
    egress: combine(records(egress).flatMap((rule) => egressOf(world, namespace, rule))),
    pods: entries(podsOf(world, namespace, podSelector)),
  };
}

/** Ports of a ClusterNetworkPolicy in the words of a NetworkPolicy. */
const policyPorts = (ports: unknown): Json[] =>
  records(ports).flatMap((each): Json[] => {
    const single = record(each['portNumber']);
    const range = record(each['portRange']);
    return [
      ...(each['portNumber'] ? [{ protocol: single['protocol'], port: single['port'] }] : []),
      ...(each['portRange'] ? [{ protocol: range['protocol'], port: range['start'], endPort: range['end'] }] : []),
      ...(each['namedPort'] ? [{ port: each['namedPort'] }] : []),
    ];
  });

/** Peers in the same way; names of hosts stand for themselves, see {@link resolveClusterPolicy}. */
const policyPeers = (peers: unknown): Json[] =>
  records(peers).flatMap((peer): Json[] => {
    const networks = texts(peer['networks']).map((cidr) => ({ ipBlock: { cidr } }));
    const pods = record(peer['pods']);
    if (peer['pods'] !== undefined)
      return [...networks, { namespaceSelector: pods['namespaceSelector'] ?? {}, podSelector: pods['podSelector'] }];
    return peer['namespaces'] === undefined ? networks : [...networks, { namespaceSelector: peer['namespaces'] }];
  });

export function resolveClusterPolicy(policy: KubernetesObject, world: World): Resolved {
  const { subject, ingress, egress } = record(policy['spec']);
  const { namespaces, pods } = record(subject);
  const chosen = record(pods);
  const names = namespacesOf(world, namespaces ?? chosen['namespaceSelector'] ?? {});
  const nobody = namespaces === undefined && pods === undefined;
  const held = nobody ? [] : names.flatMap((name) => podsOf(world, name, namespaces ? {} : chosen['podSelector']));
  const act = (rules: Rule[], { action }: Json) => rules.map((rule) => ({ ...rule, action: text(action) ?? '' }));
  return {
    ingress: distinct(
      records(ingress).flatMap((rule) => {
        const from = policyPeers(rule['from']);
        if (from.length === 0) return [];
        return act(ingressOf(world, undefined, {}, { ports: policyPorts(rule['ports']), from }), rule);
      }),
    ),
    egress: distinct(
      records(egress).flatMap((rule) => {
        const to = policyPeers(rule['to']);
        const ports = policyPorts(rule['ports']);
        const hosts = records(rule['to']).flatMap((peer) => texts(peer['domainNames']));
        const named = rule['action'] === 'Deny' ? [] : hosts; // a host's name cannot be denied
        return act(
          [
            ...(to.length > 0 ? egressOf(world, undefined, { ports, to }) : []),
            ...named.map((domainName) => ({ domainName, ports: known(ports.map((port) => portOf(port))) })),
          ],
          rule,
        );
      }),
    ),
    pods: entries(held),
  };
}
