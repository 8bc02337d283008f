import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import type { Proposal } from '../../contract/containment.ts';
import { defined } from '../../kit/defined.ts';
import { andMore } from '../../kit/words.ts';
import { listPath, objectPath } from '../../kubernetes/object-path.ts';
import { POD_SECURITY_PREFIX, QUARANTINE_LABEL } from '../../kubernetes/quarantine.ts';
import type { Aim } from '../framework/actuator.ts';
import { createInside } from '../framework/create-inside.ts';
import { liveTarget, namespaceAim } from '../framework/live-target.ts';
import { allNeeds, FREEZE_NEEDS, rights } from '../framework/needs.ts';
import type { StepContext, StepOutcome, TargetStep } from '../framework/step.ts';
import { tally } from '../framework/tally.ts';
import { servedKinds } from '../isolation/api-kinds.ts';
import { freezeOf, settingsOf } from '../isolation/freeze.ts';
import { isInForce, limitsFor, type QuotaLimits, quotaCovers, quotaOf, statusOf } from '../isolation/quota.ts';

/**
 * Nothing new may start. The label comes first, in a patch that carries the UID: from then on nobody else can delete the
 * namespace and make another of its name, and the admission policy refuses all writes. Pod Security and a quota of zero
 * hold beside it, and where the policy is not installed.
 */
export const disableNamespace: TargetStep = {
  key: 'disableNamespace',
  target: 'must-live',
  needs: allNeeds(FREEZE_NEEDS, {
    kubernetes: [
      ...rights(['patch'], 'namespaces', 'resourcequotas/status'),
      ...rights(['get', 'list', 'create', 'delete'], 'resourcequotas'),
    ],
  }),
  run,
};

/** Kubernetes answers these where the namespace is not the one that the patch names. */
const ANOTHER = new Set([404, 409, 422]);

/** How many kinds are named in a sentence. */
const MAX_NAMED = 20;

const RESTRICTED = {
  [`${POD_SECURITY_PREFIX}enforce`]: 'restricted',
  [`${POD_SECURITY_PREFIX}enforce-version`]: 'latest',
};

async function run(context: StepContext, namespace: KubernetesObject): Promise<StepOutcome> {
  const { run, cluster, signal } = context;
  const { uid } = run.target;

  const labelled = await label(context, namespace, 'is quarantined', { [QUARANTINE_LABEL]: uid });
  if (labelled && ANOTHER.has(labelled.code)) return notTouched(labelled.reason);
  await label(context, namespace, 'takes only restricted pods', RESTRICTED);

  const { kinds, unknown } = await servedKinds(cluster.kubernetes, signal);
  const limits = limitsFor(kinds);
  const ending = namespace.metadata['deletionTimestamp'] !== undefined;
  const quota = ending ? undefined : await forbidAll(context, limits);
  const freeze = await freezeOf(cluster.kubernetes, signal);
  const settings = await settingsOf(cluster.kubernetes, signal);
  const open = [
    ...(cluster.dryRun ? [] : await stillOpen(context, limits, quota)),
    ...(unknown === undefined
      ? []
      : [`The quota counts only the usual kinds, as the cluster does not give its own: ${unknown}`]),
  ];
  const { status, summary } = tally(cluster, {
    done: ending
      ? 'It is quarantined, and being deleted.'
      : 'It is quarantined, and its quota lets nobody create anything in it.',
    planned: 'It would be quarantined, and its quota would let nobody create anything in it.',
  });
  const frozen = freeze.installed
    ? 'With the label, the admission policy lets nobody else write in it.'
    : 'There is no admission policy for the label: it is frozen by quota only.';
  return {
    status: labelled ? 'failed' : status,
    summary: labelled ? `The quarantine label could not be set: ${labelled.reason}` : `${summary} ${frozen}`,
    open,
    proposals: uncountedProposal(limits),
    details: {
      freeze: freeze.unknown ?? freeze.installed,
      settings,
      ...defined({ quota: quota || undefined }),
      uncounted: limits.uncounted.slice(0, MAX_NAMED),
    },
  };
}

const notTouched = (why: string): StepOutcome => ({
  status: 'failed',
  summary: `Nothing was changed. ${why}`,
  open: [why],
});

/** @returns what was refused, if anything */
async function label(
  { run: { target }, cluster }: StepContext,
  { metadata }: KubernetesObject,
  what: string,
  labels: Record<string, string>,
): Promise<{ code: number; reason: string } | undefined> {
  const aim = namespaceAim(target.namespace, what);
  if (Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value)) {
    cluster.already('patch', aim);
    return undefined;
  }
  // The guard lets us write to a namespace only if it then carries the label, which a dry run before has not stored.
  const quarantine = { [QUARANTINE_LABEL]: target.uid };
  const written = await cluster.patch(aim, { metadata: { uid: target.uid, labels: { ...labels, ...quarantine } } });
  return 'code' in written ? written : undefined;
}

const quotaAim = (namespace: string, name: string, what: string): Aim => ({
  apiVersion: 'v1',
  resource: 'resourcequotas',
  kind: 'ResourceQuota',
  namespace,
  name,
  what,
  shown: 'namespace-sentinel-*',
});

/** @returns the name of the quota; undefined where there is none */
async function forbidAll(context: StepContext, { hard }: QuotaLimits): Promise<string | undefined> {
  const { run, cluster, signal } = context;
  const { target } = run;
  const [toMake, toEnforce] = ['allows nothing to be created', 'is in force at once'].map(
    (what) => (name: string) => quotaAim(target.namespace, name, what),
  ) as [(name: string) => Aim, (name: string) => Aim];
  const { items } = await cluster.kubernetes.list(listPath(toMake('')), signal);
  const existing = items.find((quota) => quotaCovers(quota, hard));
  let name = existing?.metadata.name;
  if (name) cluster.already('create', toMake(name));
  else {
    const written = await createInside(context, toMake(''), quotaOf(hard));
    if ('code' in written) return undefined;
    name = written.object.metadata.name ?? '';
  }
  // A dry run has made no quota whose status could be written.
  if (existing && isInForce(existing, hard)) cluster.already('patch', toEnforce(name));
  else if (cluster.dryRun && !existing) cluster.note('patch', toEnforce(name), 'done');
  else await cluster.patch(toEnforce(name), statusOf(hard), 'status');
  return name;
}

/** Reads back what was written: another controller may have changed it, or admission. */
async function stillOpen(context: StepContext, { hard }: QuotaLimits, quota: string | undefined): Promise<string[]> {
  const { run, cluster, signal } = context;
  const { namespace, gone } = await liveTarget(context);
  if (!namespace) return [gone];
  const labels: Record<string, string> = { [QUARANTINE_LABEL]: run.target.uid, ...RESTRICTED };
  const lost = Object.keys(labels).filter((key) => namespace.metadata.labels?.[key] !== labels[key]);
  const stored =
    quota && (await cluster.kubernetes.read(objectPath(quotaAim(run.target.namespace, quota, '')), signal));
  const inForce = !quota || (stored && quotaCovers(stored, hard) && isInForce(stored, hard));
  return [
    ...lost.map((key) => `The label ${key} of the namespace does not have the value that was written.`),
    ...(inForce ? [] : [`The quota ${quota} is not in force.`]),
  ];
}

function uncountedProposal({ uncounted }: QuotaLimits): Proposal[] {
  if (uncounted.length === 0) return [];
  const kinds = andMore(uncounted, MAX_NAMED);
  return [{ text: `The quota cannot count these kinds, by their names or their number: ${kinds}.` }];
}
