import { setTimeout } from 'node:timers/promises';
import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import type { Proof } from '../../contract/containment.ts';
import { texts } from '../../kit/json.ts';
import { counted } from '../../kit/words.ts';
import { QUARANTINE_LABEL, RELEASING_LABEL } from '../../kubernetes/quarantine.ts';
import { namespaceAim } from '../framework/live-target.ts';
import { allNeeds, rights } from '../framework/needs.ts';
import type { StepContext, StepOutcome, TargetStep } from '../framework/step.ts';
import { resourceName } from '../isolation/api-kinds.ts';
import { MARKS } from '../isolation/quarantine-mark.ts';
import { itemsOf, type ReleaseItem } from './compare.ts';
import { CONFIRM_NEEDS, confirmedSnapshots } from './confirmed-snapshots.ts';
import { madeByUs, POLICIES, QUOTAS } from './made-by-us.ts';
import { COMPARE_RIGHTS } from './restoration.ts';
import { itemName } from './restore.ts';

/** Compares every object with the snapshot, and ends the release where all is back. */
export const verifyRelease: TargetStep = {
  key: 'verifyRelease',
  target: 'must-live',
  needs: allNeeds(CONFIRM_NEEDS, {
    kubernetes: [
      'patch namespaces',
      ...COMPARE_RIGHTS,
      ...rights(['list'], ...[QUOTAS, POLICIES, MARKS].map(resourceName)),
    ],
    aws: ['s3:PutObject', 's3:PutObjectTagging'],
  }),
  run,
};

const LISTED = 20;
/** How often it is looked whether our policy has gone, and how long between two looks. */
const MAX_LOOKS = 6;
const BETWEEN_MS = 1_000;

async function run(context: StepContext, namespace: KubernetesObject): Promise<StepOutcome> {
  const { run, cluster, folder } = context;
  if (run.mode === 'plan') return { status: 'skipped', summary: 'A plan has changed nothing.' };
  const items = await itemsOf(await confirmedSnapshots(context), context);
  const proposed = await proposedNames(context);
  const away = items.filter(
    (item) => item.standing !== 'same' && !proposed.has(`${item.object.kind} ${itemName(item)}`),
  );
  const left = await ours(context);
  const lifted = namespace.metadata.labels?.[QUARANTINE_LABEL] === undefined && left.length === 0;
  const proofs: Proof[] = [
    {
      id: 'quarantine-lifted',
      claim: 'Nothing that containment created is left in the namespace.',
      verdict: lifted ? 'proven' : 'not-proven',
      how: lifted
        ? 'The label is gone, and so are our quota, policy and mark.'
        : `Still there: ${[...left, 'see the labels of the namespace'].join(', ')}.`,
      decisive: true,
    },
    {
      id: 'objects-back',
      claim: 'Every object that containment touched and that we restore is as the snapshot has it.',
      verdict: away.length === 0 ? 'proven' : 'not-proven',
      how: `${counted(items.length, 'object was', 'objects were')} compared field by field; the same: ${items.length - away.length - proposed.size}${away.length > 0 ? `, not so: ${away.slice(0, LISTED).map(different).join('; ')}` : ''}.`,
      decisive: true,
    },
  ];
  const over = lifted && away.length === 0;
  if (over) await folder.released(new Date(context.now()).toISOString());
  if (over && namespace.metadata.labels?.[RELEASING_LABEL] !== undefined)
    await cluster.patch(namespaceAim(run.target.namespace, 'its release is over'), {
      metadata: { uid: run.target.uid, labels: { [RELEASING_LABEL]: null } },
    });
  return {
    status: 'done',
    summary: over
      ? 'What we restore is as it was.'
      : `${counted(away.length, 'object is', 'objects are')} not as before.`,
    open: away.map(different),
    proofs,
  };
}

const STANDING: Record<ReleaseItem['standing'], string> = {
  same: 'as it was',
  contained: 'still contained',
  gone: 'gone',
  changed: 'changed',
  unrecorded: 'not there',
};

const different = (item: ReleaseItem): string => `${item.object.kind} ${itemName(item)} is ${STANDING[item.standing]}`;

/** What was left to a person on purpose: `RoleBinding shop/cache`. */
async function proposedNames({ folder }: StepContext): Promise<Set<string>> {
  const steps = ['restoreIdentity', 'restoreNetwork', 'restoreWorkloads'] as const;
  const records = await Promise.all(steps.map((step) => folder.record(step)));
  return new Set(
    records.flatMap((record) =>
      (record?.proposals ?? []).flatMap(({ manifest }) => {
        const { kind, metadata } = Object(manifest) as {
          kind?: string;
          metadata?: { name?: string; namespace?: string };
        };
        return metadata ? [`${kind} ${[metadata.namespace, metadata.name].filter(Boolean).join('/')}`] : [];
      }),
    ),
  );
}

/**
 * What of ours is there. A policy that is being deleted is waited for: the controller of the VPC CNI takes its finalizer off
 * only when the nodes have been told.
 */
async function ours(context: StepContext): Promise<string[]> {
  for (let look = 1; ; look++) {
    const left = await leftOfOurs(context);
    if (look === MAX_LOOKS || !left.some(isBeingDeleted)) return left.map(nameOf);
    await setTimeout(BETWEEN_MS, undefined, { signal: context.signal });
  }
}

async function leftOfOurs(context: StepContext): Promise<KubernetesObject[]> {
  const lists = await Promise.all(
    [QUOTAS, POLICIES, MARKS].map(async (kind) =>
      (await madeByUs(context, kind)).map((object) => ({ ...object, kind: kind.kind })),
    ),
  );
  return lists.flat();
}

const isBeingDeleted = ({ metadata }: KubernetesObject): boolean => metadata['deletionTimestamp'] !== undefined;

function nameOf({ kind, metadata }: KubernetesObject): string {
  const held = isBeingDeleted({ metadata })
    ? ` (being deleted, held by ${texts(metadata['finalizers']).join(', ')})`
    : '';
  return `${kind} ${metadata.name}${held}`;
}
