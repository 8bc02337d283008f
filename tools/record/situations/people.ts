/** Who is met in more than one story, with the address and client that they always use. */
import type { Person } from './situation.ts';

const KUBECTL = 'kubectl/v1.36.3 (linux/amd64) kubernetes/abcdef0';
const OFFICE = '203.0.113.20';

const role = (name: string, session: string, more: object = {}): Person => ({
  who: { role: name, session, ...more },
  address: OFFICE,
  userAgent: KUBECTL,
});

const software = (account: string, clusterRole: string, userAgent: string, address: string): Person => ({
  who: { account, clusterRole },
  address,
  userAgent,
});

export const PEOPLE = {
  alice: role('Dev', 'alice@example.com'),
  bob: role('Dev', 'bob@example.com'),
  dana: role('Admin', 'dana@example.com'),
  /** The release pipeline, on runners of its own address. */
  pipeline: { ...role('CI', 'GitHubActions'), address: '203.0.113.80' },
  terraform: {
    ...role('Terraform', 'tfc-run-x7Lq', { policy: 'AmazonEKSClusterAdminPolicy' }),
    address: '203.0.113.81',
    userAgent: 'HashiCorp/1.0 Terraform/1.13.4',
  },
  argocd: software(
    'argocd/argocd-application-controller',
    'cluster-admin',
    'argocd-application-controller/v3.2.0',
    '10.0.4.20',
  ),
  flux: software('flux-system/helm-controller', 'cluster-admin', 'helm-controller/v1.4.0', '10.0.4.21'),
} satisfies Record<string, Person>;

/** Somebody who has the credentials, on a machine and with a client of their own. */
export const thief = (victim: Person, userAgent = 'python-requests/2.32.5', address = '198.51.100.66'): Person => ({
  ...victim,
  address,
  userAgent,
});

const DEVELOPER = { right: 'developer', binding: 'ClusterRoleBinding developers' };
const ARN = 'arn:aws:iam::111122223333:role';

/** What an alert ought to say of these people. */
export const FACTS = {
  alice: { actor: `${ARN}/Dev`, ...DEVELOPER, person: 'alice@example.com' },
  bob: { actor: `${ARN}/Dev`, ...DEVELOPER, person: 'bob@example.com' },
  dana: { actor: `${ARN}/Admin`, right: 'AmazonEKSClusterAdminPolicy', person: 'dana@example.com' },
  pipeline: { actor: `${ARN}/CI`, right: 'pipeline', binding: 'ClusterRoleBinding pipelines' },
  terraform: { actor: `${ARN}/Terraform`, right: 'AmazonEKSClusterAdminPolicy' },
  argocd: {
    actor: 'system:serviceaccount:argocd:argocd-application-controller',
    right: 'cluster-admin',
    binding: 'ClusterRoleBinding argocd-argocd-application-controller',
  },
  flux: {
    actor: 'system:serviceaccount:flux-system:helm-controller',
    right: 'cluster-admin',
    binding: 'ClusterRoleBinding flux-system-helm-controller',
  },
};

const low = { atMost: 'LOW' as const };
/** What ordinary work ought to be told as. */
export const quiet = (facts: object) => ({ first: low, second: low, told: ['first' as const], facts });
/** What an attack ought to be told as, once it has been done. */
export const grave = (facts: object, first?: 'MEDIUM' | 'HIGH' | 'CRITICAL') => ({
  ...(first && { first: { atLeast: first } }),
  second: { atLeast: 'HIGH' as const },
  told: ['first' as const, ...(first === 'CRITICAL' ? [] : ['second' as const])],
  facts,
});
