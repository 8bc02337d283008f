import type { Finding } from '../../finding.ts';
import { isEksComponent } from '../actors.ts';
import { editDistance } from './edit-distance.ts';
import type { Rule } from './rule.ts';

/** Made by the API server itself when it starts. */
const BOOTSTRAP = ['kube-system', 'kube-public', 'kube-node-lease', 'default'];

/** Namespaces that a reader takes for part of the platform, with the names that AWS and common operators give. */
const KNOWN = [
  ...BOOTSTRAP,
  'amazon-cloudwatch',
  'amazon-guardduty',
  'aws-observability',
  'kubernetes-dashboard',
  'calico-system',
  'tigera-operator',
  'cert-manager',
  'gatekeeper-system',
  'istio-system',
  'ingress-nginx',
  'flux-system',
  'argocd',
  // These are near kube-system, and honest.
  'kudo-system',
  'kuma-system',
];

/** Kubernetes documents `kube-` as reserved; EKS add-ons and GuardDuty use the other two. */
const RESERVED_PREFIXES = ['kube-', 'eks-', 'amazon-'];

/** The longest name of a namespace (RFC 1123 label); what is longer was refused, and resembles nothing. */
const MAX_NAME = 63;

/** MITRE T1036.005: match legitimate name or location. */
export const lookalikeName: Rule = {
  id: 'lookalike-name',
  kind: 'threat',
  judge({ finding }) {
    // A trailing * stands for what the server appends to generateName.
    const name = finding.namespace.name?.replace(/\*$/, '');
    if (!name || name.length > MAX_NAME || isRightfulOwner(finding, name)) return undefined;
    const reason = resemblance(name);
    return reason ? { weight: 25, reason, technique: 'T1036.005' } : undefined;
  },
};

/** The API server's own namespaces at bootstrap, and those of EKS's managed components. */
function isRightfulOwner(finding: Finding, name: string): boolean {
  if (BOOTSTRAP.includes(name)) return finding.actor.kind === 'system' && finding.actor.username === 'system:apiserver';
  return isEksComponent(finding) && (name.startsWith('eks-') || name.startsWith('amazon-'));
}

function resemblance(name: string): string | undefined {
  if (BOOTSTRAP.includes(name)) return `${name} is the name of a namespace of Kubernetes itself.`;
  const read = asRead(name);
  const prefix = RESERVED_PREFIXES.find((reserved) => name.startsWith(reserved) || read.startsWith(reserved));
  const model = KNOWN.includes(name) ? undefined : KNOWN.find((known) => isNear(read, asRead(known)));
  if (model) return `The name ${name} can be taken for ${model}.`;
  return prefix && `The name ${name} begins like those of the platform's own namespaces (${prefix}).`;
}

/** One slip in short names, two in long ones. */
const isNear = (a: string, b: string): boolean => editDistance(a, b) <= (b.length < 8 ? 1 : 2);

/** What the eye makes of it: letters that look alike are the same. Labels of DNS have no others than these. */
const asRead = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
    .replaceAll('0', 'o')
    .replaceAll('1', 'l')
    .replaceAll('3', 'e')
    .replaceAll('5', 's');
