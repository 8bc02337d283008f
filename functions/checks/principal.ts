import type { AccessEntry, AssociatedAccessPolicy } from '@aws-sdk/client-eks';
import type { Actor, Cluster } from '../contract/finding.ts';
import type { Read, Written } from '../contract/read.ts';
import * as field from '../contract/read.ts';
import type { Block } from '../kit/blocks.ts';
import * as block from '../kit/blocks.ts';
import { defined } from '../kit/defined.ts';
import { instantOf } from '../kit/instant.ts';
import { say } from '../kit/phrase.ts';
import { counted, shortName } from '../kit/words.ts';
import { type IamPrincipal, parsePrincipal } from '../kubernetes/names/arn.ts';
import { type CheckAnswer, type CheckContext, defineCheck, notChecked } from './check.ts';
import { findAccessEntry } from './parts/access-entry.ts';
import { eksConsole } from './parts/console.ts';
import { identityOutsideIam } from './parts/identity-outside-iam.ts';
import { requireSameCluster } from './parts/same-cluster.ts';

const schema = field.object({
  /** What an identity is that is not IAM's. Nothing else is told about it. */
  kind: field.optional(field.text),
  identity: field.optional(
    field.part({
      type: field.text,
      name: field.text,
      account: field.text,
      /** Another account than the cluster's; absent where the cluster's is not known. */
      crossAccount: field.optional(field.flag),
      /** Chosen by whoever assumed the role. */
      sessionName: field.optional(field.text),
      accessKeyId: field.optional(field.text),
      /** By the access key's prefix (IAM identifiers: ASIA temporary, AKIA long-term). */
      credentials: field.optional(field.word<'temporary' | 'long-term'>()),
    }),
  ),
  accessEntry: field.optional(
    field.part({
      /** With the role's path, which the audit log does not hold. */
      principalArn: field.optional(field.text),
      type: field.optional(field.text),
      username: field.optional(field.text),
      kubernetesGroups: field.optional(field.texts),
      createdAt: field.optional(field.text),
      modifiedAt: field.optional(field.text),
    }),
  ),
  accessPolicies: field.optional(
    field.list(
      field.object({
        policyArn: field.optional(field.text),
        scope: field.optional(field.text),
        namespaces: field.optional(field.texts),
        associatedAt: field.optional(field.text),
        modifiedAt: field.optional(field.text),
      }),
    ),
  ),
  /** Looked up where there is no access entry: it tells what else can let the identity in. */
  authenticationMode: field.optional(field.text),
});
type Details = Written<typeof schema>;
type Identity = NonNullable<Details['identity']>;

/**
 * Who the creator is to AWS, and the EKS access entry and access policies that let this identity in. Where there is no
 * access entry, the answer says what that leaves open.
 */
export const principal = defineCheck({
  name: 'principal',
  question: 'Which AWS identity is the creator, and what lets it into the cluster?',
  deadlineMs: 10_000,
  needs: {
    kubernetes: [],
    aws: [
      'eks:DescribeAccessEntry',
      'eks:DescribeCluster',
      'eks:ListAccessEntries',
      'eks:ListAssociatedAccessPolicies',
    ],
  },
  details: schema,
  run,
  show,
  source({ actor: { principalArn }, cluster }) {
    const link = principalArn && eksConsole(cluster, 'cluster-access-tab');
    return { ...defined({ link: link || undefined }), ...describeEntryCommand(cluster, principalArn) };
  },
});

const describeEntryCommand = ({ name, region }: Cluster, principalArn: string | undefined) =>
  name &&
  principalArn && {
    command: [
      'aws',
      'eks',
      'describe-access-entry',
      '--cluster-name',
      name,
      '--principal-arn',
      principalArn,
      ...(region ? ['--region', region] : []),
    ],
  };

async function run({ finding, clients: { eks }, signal, now }: CheckContext): Promise<CheckAnswer<Details>> {
  const { actor, cluster } = finding;
  const outside = identityOutsideIam(finding);
  if (outside) return outside;
  if (!actor.principalArn) return notChecked('the record does not hold the ARN of this IAM identity');
  const iam = parsePrincipal(actor.principalArn);
  if (!iam) return notChecked('what the record holds as the ARN of this identity is not an IAM ARN');
  if (!cluster.name) return notChecked('the record does not say which cluster it is from');
  if (!eks) return notChecked('Amazon EKS cannot be reached from here');

  const identity = identityOf(iam, actor, cluster);
  const entry = await findAccessEntry(eks, cluster.name, actor.principalArn, signal);
  if (!entry) {
    const { accessConfig, arn } = await eks.describeCluster(cluster.name, signal);
    requireSameCluster(cluster, arn);
    const { authenticationMode } = accessConfig ?? {};
    return {
      status: 'found',
      brief: `IAM ${iam.type} ${shortName(iam.name)} has no access entry.`,
      summary: `${named(identity)} has no access entry${withoutEntry(authenticationMode)}.`,
      details: defined({ identity, authenticationMode }),
      completeUntil: new Date(now()).toISOString(),
    };
  }
  requireSameCluster(cluster, entry.accessEntryArn);
  const principalArn = entry.principalArn ?? actor.principalArn;
  const policies = await eks.listAssociatedAccessPolicies(cluster.name, principalArn, signal);
  return {
    status: 'found',
    brief: `IAM ${iam.type} ${shortName(iam.name)} has an access entry with ${counted(policies.length, 'access policy', 'access policies')}.`,
    summary: `${named(identity)} has an access entry (${entry.type ?? 'type unknown'}) with ${grants(entry, policies)}.`,
    details: { identity, accessEntry: entryOf(entry), accessPolicies: policies.map(policyOf) },
    completeUntil: new Date(now()).toISOString(),
    ...describeEntryCommand(cluster, principalArn),
  };
}

function identityOf(iam: IamPrincipal, actor: Actor, cluster: Cluster): Identity {
  const { sessionName, accessKeyId } = actor;
  return {
    type: iam.type,
    name: iam.name,
    account: iam.account,
    ...defined({
      crossAccount: cluster.account ? cluster.account !== iam.account : undefined,
      sessionName: sessionName || undefined,
      accessKeyId: accessKeyId || undefined,
      credentials: credentialsOf(accessKeyId),
    }),
  };
}

/** What kind of key it is, by its prefix (IAM identifiers). */
function credentialsOf(accessKeyId: string | undefined): Identity['credentials'] {
  if (accessKeyId?.startsWith('ASIA')) return 'temporary';
  return accessKeyId?.startsWith('AKIA') ? 'long-term' : undefined;
}

function named({ type, name, account, crossAccount, sessionName }: Identity): string {
  const notes = [
    ...(crossAccount === undefined ? [] : [crossAccount ? "not the cluster's account" : "the cluster's own account"]),
    ...(sessionName ? [`session "${sessionName}" (unverified)`] : []),
  ];
  return `IAM ${type} ${name} of account ${account}${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`;
}

function withoutEntry(authenticationMode: string | undefined): string {
  switch (authenticationMode) {
    case 'API':
      return ', though the cluster admits IAM identities by access entries only: it must have had one';
    case 'CONFIG_MAP':
      return ': the cluster admits IAM identities by its aws-auth ConfigMap, which was not looked at';
    case 'API_AND_CONFIG_MAP':
      return ': it was admitted by the aws-auth ConfigMap, which was not looked at, or its entry was removed since';
    default:
      return ', and EKS does not say how else it may have been admitted';
  }
}

function grants({ kubernetesGroups = [] }: AccessEntry, policies: AssociatedAccessPolicy[]): string {
  const groups = kubernetesGroups.length > 0 ? `groups ${kubernetesGroups.join(', ')}` : 'no groups';
  const names = policies.map(({ policyArn = 'unknown', accessScope }) => {
    const scope =
      accessScope?.type === 'namespace' ? `namespaces ${accessScope.namespaces?.join(' ')}` : 'whole cluster';
    return `${policyArn.split('/').pop()} (${accessScope?.type ? scope : 'scope unknown'})`;
  });
  return `${groups} and ${names.length > 0 ? `access policies ${names.join(', ')}` : 'no access policies'}`;
}

const entryOf = ({ principalArn, type, username, kubernetesGroups, createdAt, modifiedAt }: AccessEntry) =>
  defined({
    principalArn,
    type,
    username,
    kubernetesGroups,
    createdAt: instantOf(createdAt),
    modifiedAt: instantOf(modifiedAt),
  });

const policyOf = ({ policyArn, accessScope, associatedAt, modifiedAt }: AssociatedAccessPolicy) =>
  defined({
    policyArn,
    scope: accessScope?.type,
    namespaces: accessScope?.namespaces,
    associatedAt: instantOf(associatedAt),
    modifiedAt: instantOf(modifiedAt),
  });

function show({ kind, identity, accessEntry, accessPolicies, authenticationMode }: Read<typeof schema>): Block[] {
  return [
    ...block.facts(
      ['Kind', block.word(kind)],
      [
        'Identity',
        identity &&
          say`IAM ${block.word(identity.type) ?? []} ${identity.name ?? ''} of account ${identity.account ?? ''}`,
      ],
      [
        "In the cluster's account",
        identity?.crossAccount === undefined ? undefined : block.yesNo(!identity.crossAccount),
      ],
      ['Credentials', block.word(identity?.credentials)],
      ['Access entry', block.value(accessEntry?.principalArn)],
      ['Entry type', block.word(accessEntry?.type)],
      ['Kubernetes user', block.value(accessEntry?.username)],
      ['Kubernetes groups', block.inLine(accessEntry?.kubernetesGroups)],
      ['Entry made', block.instant(accessEntry?.createdAt)],
      ['Entry changed', block.instant(accessEntry?.modifiedAt)],
      ['Authentication mode', block.word(authenticationMode?.replaceAll('_', ' '))],
    ),
    ...block.table('Access policies', accessPolicies, {
      Policy: ({ policyArn }) => block.value(policyArn),
      Scope: ({ scope, namespaces = [] }) => (namespaces.length > 0 ? block.values(namespaces) : block.word(scope)),
      Associated: ({ associatedAt }) => block.instant(associatedAt),
      Changed: ({ modifiedAt }) => block.instant(modifiedAt),
    }),
  ];
}
