import { type ApprovedStop, approvedPlanSchema, doneActionsSchema } from '../../contract/containment.ts';
import { type PodEnd, podEndsSchema } from '../../contract/pod-ends.ts';
import { read, readJson } from '../../contract/read.ts';
import { defined } from '../../kit/defined.ts';
import { number, record, text } from '../../kit/json.ts';
import { counted } from '../../kit/words.ts';
import { rightsOn } from '../forms/form.ts';
import { WORKLOAD_FORMS } from '../forms/index.ts';
import { assertTarget } from '../framework/live-target.ts';
import { allNeeds, FREEZE_NEEDS, RECORD_NEEDS, rights } from '../framework/needs.ts';
import { answerOf } from '../framework/results.ts';
import type { PlaybookStep, StepContext, StepOutcome } from '../framework/step.ts';
import { writeInOrder } from '../framework/write-each.ts';
import { resourceName } from '../isolation/api-kinds.ts';
import { type Leftover, leftovers } from '../removal/leftovers.ts';
import { approvable, approval, planHash, removalPlan, type Stop } from '../removal/plan.ts';
import { nodeStates, podEnds, withOurs } from '../removal/pod-ends.ts';
import { carryOut, valuesBefore } from '../removal/stop.ts';
import { hasEnded, isTerminal, readWorkloads, SCALER, WORKLOAD_NEEDS, type Workloads } from '../removal/workloads.ts';
import { APPROVED_PLAN } from './ask-on-call.ts';

/** A pod has 30 seconds to end, and the machine waits 3 between two looks: some minutes in all. */
const MAX_ROUNDS = 60;
/** Nothing seen once may be a moment between two pods. */
const EMPTY_LOOKS = 2;

/**
 * Stops what runs, owners first, and only what a person has approved. Looked at again until nothing of it is left.
 * Kept: volumes, the objects that make pods, Secrets, and the namespace.
 */
export const removeWorkloads: PlaybookStep = {
  key: 'removeWorkloads',
  target: 'must-live',
  needs: allNeeds(FREEZE_NEEDS, RECORD_NEEDS, WORKLOAD_NEEDS, {
    kubernetes: [
      ...WORKLOAD_FORMS.flatMap((form) => rightsOn(form, 'patch')),
      ...rights(['patch', 'delete'], resourceName(SCALER), 'pods'),
      'get nodes',
    ],
  }),
  run,
};

async function run(context: StepContext): Promise<StepOutcome> {
  const { run, cluster, signal } = context;
  const { namespace } = run.target;
  if (run.mode === 'isolate')
    return { status: 'skipped', summary: 'Nothing is removed: only the mode "remove" does that.' };
  const approved = run.mode === 'plan' ? undefined : await approvedPlan(context);
  if (typeof approved === 'string')
    return { status: 'failed', summary: `Nothing was removed: ${approved}.`, open: [approved] };

  const workloads = await readWorkloads(cluster.kubernetes, namespace, signal);
  await assertTarget(context);
  const plan = removalPlan(workloads, { ...run.target, scope: run.scope });
  const isApproved = approved ? approval(approved, workloads) : () => true;
  const stops = plan.filter(({ live }) => isApproved(live));
  await cluster.announce(stops.filter(({ change }) => !change).map(({ live }) => live));
  const ends = approved ? await endsSeen(context, workloads) : [];
  // Owners before what they own.
  const kindOf = ({ kind }: Stop) => kind;
  await writeInOrder(stops, kindOf, (stop) => carryOut(stop, cluster));

  const pods = withOurs(ends, deletedPods(stops, cluster));
  const details = { stops: stops.map(noted), incomplete: workloads.incomplete, ...(approved && { pods }) };
  if (!approved) {
    const kept = 'Volumes, Secrets and the objects themselves would be kept.';
    const what = counted(stops.length, run.scope === 'pods' ? 'pod' : 'thing');
    return { status: 'done', summary: `Would stop ${what}. ${kept}`, details };
  }
  const appeared = plan.filter(({ live }) => !isApproved(live));
  return again(context, { workloads, stops, appeared, isApproved, details });
}

/** How the pods have ended so far: of this run, or of the one before it, and of what the evidence says there was. */
async function endsSeen({ cluster, folder, signal }: StepContext, { pods }: Workloads): Promise<PodEnd[]> {
  const own = await folder.record('removeWorkloads');
  const last = own ?? (await folder.lastRecord('removeWorkloads'));
  const before = read(podEndsSchema, last?.details?.['pods'], 'list of pods');
  const placed = own
    ? []
    : read(podEndsSchema, (await folder.record('collectEvidence'))?.details?.['placed'], 'list of pods');
  const known = new Set([...before.map(({ uid }) => uid), ...pods.map(({ metadata }) => metadata.uid)]);
  const ends = [...before, ...placed.filter(({ uid }) => !known.has(uid))];
  const names = [...ends, ...pods.map(({ spec }) => ({ node: text(record(spec)['nodeName']) }))];
  const nodes = await nodeStates(
    names.flatMap(({ node }) => node ?? []),
    cluster.kubernetes,
    signal,
  );
  return podEnds(ends, pods, nodes);
}

/** The UIDs of the pods whose deletion, with time to end, was taken. */
function deletedPods(stops: readonly Stop[], { actions }: StepContext['cluster']): Set<string> {
  const done = new Set(
    actions.flatMap(({ verb, kind, name, outcome }) =>
      verb === 'delete' && kind === 'Pod' && outcome === 'done' ? name : [],
    ),
  );
  return new Set(stops.flatMap(({ kind, name, uid }) => (kind === 'Pod' && done.has(name) ? uid : [])));
}

/** @returns what was approved, or why nothing is removed */
async function approvedPlan({ results, folder }: StepContext): Promise<ApprovedStop[] | string> {
  const answer = answerOf(results);
  if (answer?.decision !== 'approve') return 'nobody has approved it';
  const file = await folder.read(APPROVED_PLAN);
  const plan = file && readJson(approvedPlanSchema, file, 'plan of the removal');
  if (!plan) return 'the plan that was approved is not kept; start the playbook again';
  if (planHash(plan) !== answer.planHash)
    return 'the approval is of another plan than the one that is kept; start the playbook again';
  return plan;
}

interface Round {
  workloads: Workloads;
  stops: Stop[];
  appeared: Stop[];
  isApproved: ReturnType<typeof approval>;
  details: Record<string, unknown>;
}

async function again(context: StepContext, round: Round): Promise<StepOutcome> {
  const { cluster, folder, run } = context;
  const { workloads, stops, appeared, isApproved, details } = round;
  const previous = await folder.record('removeWorkloads');
  const rounds = (previous?.round ?? 0) + 1;
  const pods = workloads.pods.filter((pod) => !hasEnded(pod) && (isApproved(pod) || isTerminal(pod)));
  const isEmpty = pods.length === 0 && stops.length === 0 && workloads.incomplete.length === 0;
  const empty = isEmpty ? (number(previous?.details?.['empty']) ?? 0) + 1 : 0;
  const earlier = [
    ...read(doneActionsSchema, previous?.details?.['earlier'], 'list of actions'),
    ...(previous?.actions ?? []),
  ];
  const outcome = { round: rounds, details: { ...details, empty, earlier } };
  const isOver = empty >= EMPTY_LOOKS;
  const done = [...earlier, ...cluster.actions].filter((action) => action.outcome === 'done').length;
  if (!isOver && rounds < MAX_ROUNDS)
    return { ...outcome, status: 'done', summary: `Waiting for ${counted(pods.length, 'pod')} to stop.`, again: true };

  const left: Leftover[] = await leftovers(workloads, isOver ? [] : pods, context);
  const open = [
    ...appeared.map(({ kind, name }) => `${kind} ${name} has appeared since the approval, and was not touched`),
    ...workloads.incomplete.map((kind) => `not every ${kind} could be listed`),
    ...left.map(({ sentence }) => sentence),
  ];
  const summary = isOver
    ? `Nothing that was approved for removal runs any longer, after ${counted(done, 'write')}. ${run.scope === 'pods' ? 'What makes pods stays, held by the freeze' : 'Volumes are kept'}.`
    : `${counted(pods.length, 'pod')} did not end within ${rounds} rounds.`;
  return {
    ...outcome,
    status: isOver ? 'done' : 'partly',
    summary,
    open,
    proposals: left.flatMap(({ proposal }) => proposal ?? []),
    again: false,
  };
}

const noted = (stop: Stop) => ({
  ...approvable(stop),
  ...defined({ was: stop.change && valuesBefore(stop.live, stop.change) }),
});
