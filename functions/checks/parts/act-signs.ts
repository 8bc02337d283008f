/** Acts in the audit log that are of concern by themselves, whatever is left of what they made. */
import { record, records, text } from '../../kit/json.ts';
import { type AuditEntry, wasDone } from './audit-entry.ts';
import { podIn } from './audited-pods.ts';

interface ActSignEntry<Name extends string = string> {
  sign: Name;
  /** For people. */
  words: string;
  /** Whether the request, which was carried out, is such an act. */
  is(entry: AuditEntry): boolean;
}

const defineAct = <const Name extends string>(act: ActSignEntry<Name>): ActSignEntry<Name> => act;

const MAKES = ['create', 'update', 'patch'];
const on = (...resources: string[]): ((entry: AuditEntry) => boolean) => {
  const named = new Set(resources);
  return ({ resource, group }) => named.has(group ? `${resource}.${group}` : resource);
};
const makes =
  (...resources: string[]) =>
  (entry: AuditEntry): boolean =>
    MAKES.includes(entry.verb) && on(...resources)(entry);
const deletes =
  (...resources: string[]) =>
  (entry: AuditEntry): boolean =>
    entry.verb.startsWith('delete') && on(...resources)(entry);

/** The object as it was stored, or else as it was sent. */
const objectOf = ({ responseObject, requestObject }: AuditEntry) =>
  (responseObject?.['kind'] === 'Status' ? undefined : responseObject) ?? requestObject ?? {};
const specOf = (entry: AuditEntry) => record(objectOf(entry)['spec']);
const ofType =
  (type: string) =>
  (entry: AuditEntry): boolean =>
    makes('services')(entry) && specOf(entry)['type'] === type;

/** Where Kubernetes and EKS run what holds the cluster together. */
const SYSTEM_NAMESPACES = ['kube-system', 'kube-public', 'kube-node-lease'];

const POD_SECURITY = 'pod-security.kubernetes.io/enforce';

/** Paths of a kubelet that run something, or open a way in (kubelet, `server.go`); the others are read by agents. */
const KUBELET_COMMANDS = /\/proxy\/(?:run|exec|attach|portForward|cri|debug)(?:\/|\?|$)/;

/** DNS of the cluster: CoreDNS, which EKS installs by these names. */
const isDns = ({ namespace, name = '' }: AuditEntry): boolean =>
  namespace === 'kube-system' && /^(?:coredns(?:-custom)?|kube-dns)$/.test(name);

/** A webhook by its address; one by a Service is in the cluster, and EKS's own listen on the API server's host. */
function isOutside(url: unknown): boolean {
  const host = URL.parse(text(url) ?? '')?.hostname;
  return host !== undefined && !/^(?:localhost|127\.[\d.]{1,12}|\[::1\])$/.test(host);
}

/** Everything of this kind, as a person would want to know it. */
export const ACT_SIGNS = [
  defineAct({ sign: 'daemonset', words: 'a pod on every node', is: makes('daemonsets.apps') }),
  defineAct({ sign: 'cronjob', words: 'a CronJob, which keeps starting pods', is: makes('cronjobs.batch') }),
  defineAct({ sign: 'node-port', words: 'a port of every node opened', is: ofType('NodePort') }),
  defineAct({ sign: 'load-balancer', words: 'opened to the outside by a load balancer', is: ofType('LoadBalancer') }),
  defineAct({
    sign: 'pod-session',
    words: 'ran commands in a running pod',
    is: (entry) =>
      on('pods/exec', 'pods/attach', 'pods/portforward')(entry) || makes('pods/ephemeralcontainers')(entry),
  }),
  defineAct({ sign: 'token', words: "a ServiceAccount's token issued", is: makes('serviceaccounts/token') }),
  defineAct({
    sign: 'event-deletion',
    words: 'events deleted',
    is: deletes('events', 'events.events.k8s.io'),
  }),
  defineAct({
    sign: 'dns-change',
    words: "the cluster's DNS changed",
    is: (entry) => isDns(entry) && (makes('configmaps', 'deployments.apps')(entry) || deletes('configmaps')(entry)),
  }),
  defineAct({
    sign: 'certificate-approval',
    words: 'a certificate approved',
    is: makes('certificatesigningrequests/approval.certificates.k8s.io'),
  }),
  defineAct({
    sign: 'outside-webhook',
    words: 'requests to the API server shown to a host outside the cluster',
    is: (entry) =>
      makes(
        'mutatingwebhookconfigurations.admissionregistration.k8s.io',
        'validatingwebhookconfigurations.admissionregistration.k8s.io',
      )(entry) &&
      records(objectOf(entry)['webhooks']).some(({ clientConfig }) => isOutside(record(clientConfig)['url'])),
  }),
  defineAct({
    sign: 'kubelet-command',
    words: 'commands sent to a kubelet, past admission',
    is: (entry) => on('nodes/proxy')(entry) && (entry.verb === 'create' || KUBELET_COMMANDS.test(entry.path ?? '')),
  }),
  defineAct({
    sign: 'host-volume',
    words: "a volume of the node's files",
    is: (entry) => {
      if (!makes('persistentvolumes')(entry)) return false;
      const spec = specOf(entry);
      return [spec['hostPath'], spec['local']].some((source) => text(record(source)['path']) !== undefined);
    },
  }),
  defineAct({
    sign: 'pod-security-change',
    words: 'privileged pods allowed in a namespace',
    // What a patch answers with holds the label as well where it was there before.
    is: (entry) =>
      ['update', 'patch'].includes(entry.verb) &&
      on('namespaces')(entry) &&
      entry.code !== 201 &&
      record(record(entry.requestObject?.['metadata'])['labels'])[POD_SECURITY] === 'privileged',
  }),
  defineAct({
    sign: 'system-workload',
    words: 'pods in a system namespace',
    is: (entry) =>
      SYSTEM_NAMESPACES.includes(entry.namespace ?? '') && MAKES.includes(entry.verb) && podIn(entry) !== undefined,
  }),
  defineAct({
    sign: 'protection-removal',
    words: 'a network policy or quota deleted',
    is: deletes('networkpolicies.networking.k8s.io', 'resourcequotas', 'limitranges'),
  }),
  defineAct({
    sign: 'self-review',
    words: 'asked what it may do',
    is: makes(
      'selfsubjectaccessreviews.authorization.k8s.io',
      'selfsubjectrulesreviews.authorization.k8s.io',
      'selfsubjectreviews.authentication.k8s.io',
    ),
  }),
  defineAct({
    sign: 'role-for-everybody',
    words: 'rights for requests without an identity, or for everybody',
    is: (entry) =>
      makes('rolebindings.rbac.authorization.k8s.io', 'clusterrolebindings.rbac.authorization.k8s.io')(entry) &&
      records(objectOf(entry)['subjects']).some(({ name }) => EVERYBODY.includes(text(name) ?? '')),
  }),
] as const;

const EVERYBODY = ['system:anonymous', 'system:unauthenticated', 'system:authenticated', 'system:serviceaccounts'];

export type ActSign = (typeof ACT_SIGNS)[number]['sign'];

/** What of this kind the request did; a session into a pod is answered with a change of the protocol (101). */
export const actsIn = (entry: AuditEntry): ActSign[] =>
  wasDone(entry) || (entry.code === 101 && !entry.dryRun)
    ? ACT_SIGNS.flatMap(({ sign, is }) => (is(entry) ? [sign] : []))
    : [];

const WORDS: ReadonlyMap<string, string> = new Map(ACT_SIGNS.map(({ sign, words }) => [sign, words]));

/** For people; undefined for a sign that is not known here. */
export const actWords = (sign: string): string | undefined => WORDS.get(sign);
