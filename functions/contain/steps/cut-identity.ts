import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { listPath } from '../../kubernetes/object-path.ts';
import type { Aim } from '../framework/actuator.ts';
import { allNeeds, RECORD_NEEDS, rights } from '../framework/needs.ts';
import { removeForGood } from '../framework/remove-for-good.ts';
import type { PlaybookStep, StepContext, StepOutcome } from '../framework/step.ts';
import { tally } from '../framework/tally.ts';
import { writeEach } from '../framework/write-each.ts';
import { BINDING_CUT_NEEDS, cutBindings } from '../isolation/bindings.ts';
import { cutAssociations } from '../isolation/cloud-identity.ts';
import { irsaProposals } from '../isolation/irsa.ts';
import { MARK_NEEDS } from '../isolation/quarantine-mark.ts';

/** Longer than the cache of the API server's authenticator, by which a token outlives its account (10 s). In milliseconds. */
const TOKEN_CACHE_MS = 12_000;

const ACCOUNTS = { apiVersion: 'v1', resource: 'serviceaccounts', kind: 'ServiceAccount' } as const;

/**
 * Nothing of the namespace has rights any more, here or in AWS. Bindings are refused at the next request; a token in use
 * after some 10 seconds, by the API server's cache. A watch that is open goes on until its own end.
 */
export const cutIdentity: PlaybookStep = {
  key: 'cutIdentity',
  target: 'must-live',
  needs: allNeeds(RECORD_NEEDS, BINDING_CUT_NEEDS, MARK_NEEDS, {
    kubernetes: rights(['list', 'patch', 'delete'], 'serviceaccounts'),
    aws: [
      'eks:DescribeCluster',
      'eks:ListPodIdentityAssociations',
      'eks:DescribePodIdentityAssociation',
      'eks:DeletePodIdentityAssociation',
      'iam:GetRole',
    ],
  }),
  run,
};

async function run(context: StepContext): Promise<StepOutcome> {
  const { run, cluster, signal } = context;
  const { namespace } = run.target;
  const accounts = await cluster.kubernetes.list(listPath({ ...ACCOUNTS, namespace }), signal);
  const bindings = await cutBindings(context);
  await cluster.announce(accounts.items);
  await writeEach(accounts.items, (account) => {
    const aim: Aim = { ...ACCOUNTS, namespace, name: account.metadata.name ?? '', what: 'its tokens are refused' };
    return removeForGood(cluster, aim, account);
  });
  const associations = await cutAssociations(context);
  // A run before this one may have deleted accounts: what they named in AWS is still to be done.
  const kept = (await context.folder.snapshots()).flatMap(({ objects }) => objects.map(({ object }) => object));
  const before = kept.filter(({ kind, metadata: { uid } }) => kind === 'ServiceAccount' && !isIn(accounts.items, uid));
  const { status, summary } = tally(cluster, {
    done: 'Its accounts are gone, and so are the bindings that gave rights only to them.',
    planned: 'Its accounts would be deleted, and so would the bindings that give rights only to them.',
  });
  return {
    status,
    summary: [
      summary,
      'A token that was in use is refused after some 10 seconds; a watch that is open goes on until it ends by itself.',
      'Deleting an account also deletes the Secrets that hold its tokens.',
    ].join(' '),
    open: [
      ...bindings.open,
      ...(accounts.complete ? [] : [`There are more accounts than the ${accounts.items.length} that were read.`]),
      ...associations.open,
    ],
    proposals: [
      ...bindings.proposals,
      ...associations.proposals,
      ...(await irsaProposals([...accounts.items, ...before], context)),
    ],
    // Nobody can list the tokens of an account: wherever there was one, one of its tokens may have been used just now.
    ...(!cluster.dryRun &&
      (accounts.items.length > 0 || before.length > 0) && {
        settlesAt: new Date(context.now() + TOKEN_CACHE_MS).toISOString(),
      }),
    details: { accounts: accounts.items.flatMap(({ metadata: { name, uid } }) => ({ name, uid })) },
  };
}

const isIn = (objects: readonly KubernetesObject[], uid: string | undefined): boolean =>
  objects.some(({ metadata }) => metadata.uid === uid);
