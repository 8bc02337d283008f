import { createHash } from 'node:crypto';
import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { defined } from '../../kit/defined.ts';
import { andMore, counted } from '../../kit/words.ts';
import { allNeeds, RECORD_NEEDS } from '../framework/needs.ts';
import type { StepContext, StepOutcome, TargetStep } from '../framework/step.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { addition, SNAPSHOT_NEEDS, takeSnapshot } from '../snapshot/take-snapshot.ts';

/** At most so many kinds that were not read are named in a sentence. */
const MAX_NAMED = 8;

/** What a person accepts who rather contains than restores: somebody can make more than anybody can keep. */
const INCOMPLETE = 'snapshot/incomplete';

/**
 * Keeps what release restores from. The first snapshot of a namespace stays as it is; a later run adds what is new.
 * After a release it starts from the beginning again: what was changed honestly in between is to come back. What cannot
 * be read and will be changed ends the playbook here, unless a person has accepted that it cannot be restored.
 */
export const snapshot: TargetStep = {
  key: 'snapshot',
  target: 'must-live',
  needs: allNeeds(RECORD_NEEDS, SNAPSHOT_NEEDS, { aws: ['dynamodb:UpdateItem'] }),
  run,
};

async function run(context: StepContext, namespace: KubernetesObject): Promise<StepOutcome> {
  const { run, cluster, folder, clients, signal, now } = context;
  const { snapshot, missing } = await takeSnapshot(
    { kubernetes: cluster.kubernetes, podIdentity: clients.podIdentity, signal },
    { target: run.target, takenAt: new Date(now()).toISOString(), execution: run.execution, namespace },
  );
  const details = countsOf(snapshot);
  const open = missing.map((kind) => `${kind} could not be read, and containment would change such objects.`);
  if (missing.length > 0 && !run.accept.includes(INCOMPLETE)) {
    const wayOn = `To contain all the same, and restore by hand: start again with "accept": ["${INCOMPLETE}"].`;
    return {
      status: 'failed',
      summary: 'Nothing was kept, because the snapshot would not be whole.',
      open: [...open, wayOn],
      details,
    };
  }
  const earlier = await folder.currentSnapshots();
  const note = (key: string, sha256: string) => clients.register.noteHash('snapshot', key, sha256);
  const wanted = earlier.length > 0 ? addition(snapshot, earlier) : snapshot;
  const files = run.mode === 'plan' || !wanted ? [] : (await folder.addSnapshot(wanted, note)).files;
  const { notRead } = snapshot;
  const unread = notRead.map(({ kind }) => kind);
  return {
    status: 'done',
    summary: [
      keptInWords(wanted, earlier.length === 0, run.mode === 'plan'),
      ...(notRead.length > 0 ? [`Not read, and so not restored: ${andMore(unread, MAX_NAMED)}.`] : []),
    ].join(' '),
    open,
    files,
    details,
  };
}

function keptInWords(wanted: Snapshot | undefined, isFirst: boolean, isPlan: boolean): string {
  if (!wanted) return 'An earlier run has kept everything that is there.';
  const { objects, bindings } = wanted;
  const what = `${counted(objects.length, isFirst ? 'object' : 'more object')} and ${counted(bindings.length, 'binding')} elsewhere`;
  return `${isPlan ? 'Would keep' : 'Kept'} ${what}.`;
}

function countsOf({ objects, bindings, podIdentity, secretNames, notRead }: Snapshot): Record<string, unknown> {
  const kinds: Record<string, number> = {};
  for (const { object } of objects) kinds[object.kind] = (kinds[object.kind] ?? 0) + 1;
  const where = bindings.map(({ object: { kind, metadata } }) => ({ kind, ...metadata }));
  return {
    kinds,
    bindings: where.map(({ kind, namespace, name }) => ({
      kind,
      ...defined({ namespace: namespace || undefined }),
      name,
    })),
    podIdentity: podIdentity?.length ?? 'not read',
    secretNames,
    notRead,
    sha256: createHash('sha256').update(JSON.stringify({ objects, bindings })).digest('hex'),
  };
}
