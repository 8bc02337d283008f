/**
 * Names that a reader takes for another namespace. A name is measured against what is really there: the namespaces that
 * every cluster has, what runs in them, and those of this cluster. There is no list of honest names: such a list is never
 * complete, and every name in it would be one more that others can be mistaken for.
 */
import { editDistance } from '../kit/edit-distance.ts';

/** Made by the API server itself when it starts. */
export const BOOTSTRAP_NAMESPACES: readonly string[] = ['kube-system', 'kube-public', 'kube-node-lease', 'default'];

/**
 * What runs in kube-system on every cluster (kubeadm's constants), and on EKS (`aws-node` is the VPC CNI,
 * `aws-auth` its ConfigMap): a namespace of such a name pretends to be a part of the platform.
 */
const COMPONENTS: readonly string[] = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kube-proxy',
  'kube-dns',
  'kubelet',
  'coredns',
  'cloud-controller-manager',
  'aws-node',
  'aws-auth',
  'eks-pod-identity-agent',
];

/** The platform by its own names: with `-system` behind it, each says that it is what kube-system is. */
const PLATFORM = ['kubernetes', 'k8s', 'kubelet', 'kubeadm', 'eks', 'aws', 'amazon'].map((word) => `${word}-system`);

/** Letters that digits and others look like. */
const LOOKS: Record<string, string> = { 0: 'o', 1: 'l', 3: 'e', 4: 'a', 5: 's', 7: 't', 8: 'b', i: 'l' };

/** The longest name of a namespace (RFC 1123 label); what is longer was refused, and resembles nothing. */
const MAX_NAME = 63;

/** What a name can be taken for, as a sentence; undefined where it resembles nothing of the platform. */
export function resemblance(name: string): string | undefined {
  if (BOOTSTRAP_NAMESPACES.includes(name)) return `The name ${name} belongs to a namespace of Kubernetes itself.`;
  const model = resembledName(name);
  if (model === undefined) return undefined;
  return COMPONENTS.includes(model)
    ? `The name ${name} is that of a component of the platform, which runs in kube-system.`
    : `The name ${name} can be taken for ${model}.`;
}

/** The platform's name that a name can be taken for: one word out of a short list. */
export function resembledName(name: string): string | undefined {
  if (name.length > MAX_NAME) return undefined;
  if (BOOTSTRAP_NAMESPACES.includes(name)) return name;
  const read = asRead(name);
  const model = MODELS.find((candidate) => isNear(read, candidate.read));
  if (model) return model.name;
  if (PLATFORM.some((word) => asRead(word) === read)) return 'kube-system';
  return COMPONENTS.find((component) => asRead(component) === read);
}

const MODELS = BOOTSTRAP_NAMESPACES.map((name) => ({ name, read: asRead(name) }));

/** One slip, no hyphens, or something before or behind it: `kube-system-2`, `old-kube-system`. */
function isNear(read: string, model: string): boolean {
  if (read.replaceAll('-', '') === model.replaceAll('-', '')) return true;
  if (model.includes('-') && (read.startsWith(`${model}-`) || read.endsWith(`-${model}`))) return true;
  return Math.abs(read.length - model.length) <= 1 && editDistance(read, model) <= 1;
}

/** At most so many are named. */
const MAX_SIMILAR = 3;

/**
 * Which of the namespaces that are there a name can be taken for: it differs from each in something that a person
 * overlooks. Names are numbered, and teams differ in a letter: `pr-512` is not taken for `pr-521`, nor `team-a` for
 * `team-b`.
 */
export const similarNames = (name: string, existing: Iterable<string>): string[] => {
  if (name.length > MAX_NAME) return [];
  const similar: string[] = [];
  for (const other of existing) {
    if (other === name || Math.abs(other.length - name.length) > MAX_GROWTH || !isOverlooked(name, other)) continue;
    if (similar.push(other) === MAX_SIMILAR) break;
  }
  return similar;
};

/** A letter more, or a few that look like two each. */
const MAX_GROWTH = 4;

function isOverlooked(name: string, other: string): boolean {
  if (asRead(name) === asRead(other)) return true;
  const [words, others] = [name.split('-'), other.split('-')];
  if (words.length !== others.length) return false;
  const different = words.flatMap((word, index) =>
    word === others[index] ? [] : [[word, others[index] ?? ''] as const],
  );
  const [pair] = different;
  return different.length === 1 && pair !== undefined && pair.every(isWord) && isSlip(...pair);
}

const isWord = (word: string): boolean => /^[a-z]{4,}$/.test(word);

/** From this length on, a letter more or less within a word is overlooked. */
const LONG_WORD = 7;

/** Two neighbours swapped, a letter doubled, or one more within a long word. */
function isSlip(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  let at = 0;
  while (at < short.length && short[at] === long[at]) at += 1;
  if (short.length === long.length)
    return short[at] === long[at + 1] && short[at + 1] === long[at] && short.slice(at + 2) === long.slice(at + 2);
  if (long.length - short.length !== 1 || short.slice(at) !== long.slice(at + 1)) return false;
  return long[at] === long[at - 1] || (at > 0 && at < long.length - 1 && long.length >= LONG_WORD);
}

/**
 * What the eye makes of it: what looks alike is the same. Labels of DNS have no other letters than these. Each digit is
 * another letter, so that numbers stay different.
 */
function asRead(name: string): string {
  return name
    .toLowerCase()
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
    .replaceAll('cl', 'd')
    .replace(/[0134578i]/g, (letter) => LOOKS[letter] ?? letter);
}
