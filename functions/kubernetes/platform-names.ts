/** Names of namespaces that a reader takes for part of the platform, and names that can be mistaken for one of them. */
import { editDistance } from '../kit/edit-distance.ts';

/** Made by the API server itself when it starts. */
export const BOOTSTRAP_NAMESPACES: readonly string[] = ['kube-system', 'kube-public', 'kube-node-lease', 'default'];

/** With the names that AWS and common operators give. */
const KNOWN = [
  ...BOOTSTRAP_NAMESPACES,
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

/** What a name can be taken for, as a sentence; undefined where it resembles nothing of the platform. */
export function resemblance(name: string): string | undefined {
  if (name.length > MAX_NAME) return undefined;
  if (BOOTSTRAP_NAMESPACES.includes(name)) return `${name} is the name of a namespace of Kubernetes itself.`;
  const model = modelOf(name);
  if (model) return `The name ${name} can be taken for ${model}.`;
  const prefix = prefixOf(name);
  return prefix && `The name ${name} begins like those of the platform's own namespaces (${prefix}).`;
}

/** The platform's name, or the beginning of its names, that a name can be taken for: one word out of a short list. */
export function resembledName(name: string): string | undefined {
  if (name.length > MAX_NAME) return undefined;
  return BOOTSTRAP_NAMESPACES.includes(name) ? name : (modelOf(name) ?? prefixOf(name));
}

function modelOf(name: string): string | undefined {
  if (KNOWN.includes(name)) return undefined;
  const read = asRead(name);
  return MODELS.find(({ read: known }) => isNear(read, known))?.name;
}

const MODELS = KNOWN.map((name) => ({ name, read: asRead(name) }));

const prefixOf = (name: string): string | undefined =>
  RESERVED_PREFIXES.find((reserved) => name.startsWith(reserved) || asRead(name).startsWith(reserved));

/** One slip in short names, two in long ones. */
function isNear(a: string, b: string): boolean {
  const slips = b.length < 8 ? 1 : 2;
  // Each letter more or less is a slip: of most names that is all that has to be looked at.
  return Math.abs(a.length - b.length) <= slips && editDistance(a, b) <= slips;
}

/** What the eye makes of it: letters that look alike are the same. Labels of DNS have no others than these. */
function asRead(name: string): string {
  return name
    .toLowerCase()
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
    .replaceAll('0', 'o')
    .replaceAll('1', 'l')
    .replaceAll('3', 'e')
    .replaceAll('5', 's');
}
