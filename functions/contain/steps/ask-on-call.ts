import { createHash } from 'node:crypto';
import { followUpOf } from '../../contract/fit-follow-up.ts';
import { type FollowUp, type Question, toldScope } from '../../contract/follow-up.ts';
import { CONTAIN_STEPS, type ContainStepKey } from '../../contract/playbook-steps.ts';
import { defined } from '../../kit/defined.ts';
import { counted } from '../../kit/words.ts';
import { findingOf, type RunFinding } from '../framework/containment-facts.ts';
import { courseOf, messagePartsOf } from '../framework/course.ts';
import { takeLease } from '../framework/lease.ts';
import { assertTarget } from '../framework/live-target.ts';
import { ALERT_NEEDS, allNeeds, LEASE_NEEDS } from '../framework/needs.ts';
import type { AnyStep, StepContext, StepOutcome } from '../framework/step.ts';
import { approvable, planHash, removalPlan } from '../removal/plan.ts';
import { readWorkloads, WORKLOAD_NEEDS } from '../removal/workloads.ts';

/** The plan that the question is about, among the files of the run: what is removed later is compared with it. */
export const APPROVED_PLAN = 'removal-plan.json';

/** How many lines of the plan are in the question; the file has all of them. */
const MAX_SHOWN = 60;
/** After the last moment for an answer, removal needs the lease for a while. */
const REMOVAL_MS = 3_600_000;
const HOUR_MS = 3_600_000;

const STEPS = Object.keys(CONTAIN_STEPS) as ContainStepKey[];
/** The steps that the question can tell of. */
const BEFORE = STEPS.slice(0, STEPS.indexOf('askOnCall'));

/**
 * Asks a person whether what runs may be stopped. The state waits for the answer, so what this step returns goes nowhere;
 * and where nobody could be asked it throws, as the state would wait in vain. The task token is handed to the register and
 * to nothing else.
 */
export const askOnCall: AnyStep = {
  key: 'askOnCall',
  needs: allNeeds(ALERT_NEEDS, LEASE_NEEDS, WORKLOAD_NEEDS, { aws: ['dynamodb:PutItem', 'lambda:InvokeFunction'] }),
  run,
};

async function run(context: StepContext): Promise<StepOutcome> {
  const { run, cluster, folder, clients, settings, signal, taskToken } = context;
  const { target, execution } = run;
  if (!taskToken) throw new TypeError('the state does not wait for an answer: it has sent no task token');

  await assertTarget(context);
  const workloads = await readWorkloads(cluster.kubernetes, target.namespace, signal);
  const { incomplete } = workloads;
  const plan = removalPlan(workloads, { ...target, scope: run.scope }).map(approvable);
  const file = await folder.add(APPROVED_PLAN, `${JSON.stringify(plan, undefined, 2)}\n`, 'application/json');

  const now = context.now();
  const expires = now + settings.questionHours * HOUR_MS;
  const busy = await takeLease(context, expires + REMOVAL_MS - now);
  if (busy) throw new Error(busy);

  const { findingId, ...known } = await findingOf(context);
  const question: Question = {
    id: questionId(execution, target.uid),
    ...defined({ findingId }),
    target,
    execution,
    askedAt: new Date(now).toISOString(),
    expiresAt: new Date(expires).toISOString(),
    planHash: planHash(plan),
    plan: plan.slice(0, MAX_SHOWN).map(({ kind, name, what }) => ({ kind, name, what })),
    planTotal: plan.length,
  };
  // The register first: an answer may come as soon as the question is told.
  await clients.register.ask({ question, taskToken });
  await clients.followUps.tell(await message(context, question, known));
  return {
    status: 'done',
    summary: `Asked on-call whether ${counted(plan.length, 'object')} may be stopped: question ${question.id}, until ${question.expiresAt}.`,
    open: incomplete.map((kind) => `not every ${kind} could be listed, so the question is not about all of them`),
    files: [file],
    details: { question: { ...question, plan: undefined } },
  };
}

/** The id of a question, equal in every attempt: a second question replaces the first. */
const questionId = (execution: string, uid: string): string =>
  createHash('sha256')
    .update(JSON.stringify([execution, uid]))
    .digest('hex')
    .slice(0, 12);

async function message(context: StepContext, question: Question, { severity, drill }: RunFinding): Promise<FollowUp> {
  const { run, folder } = context;
  const course = await courseOf(context, BEFORE);
  return followUpOf({
    findingId: question.findingId,
    // A second try that asks the same is not told again; one about another plan is.
    messageId: `${question.id}-${question.planHash.slice(0, 12)}`,
    playbook: 'contain',
    target: run.target,
    ...defined({ severity, drill }),
    mode: run.mode,
    ...defined({ scope: toldScope(run.scope) }),
    execution: run.execution,
    startedAt: run.startedAt,
    at: question.askedAt,
    summary: `May ${run.scope === 'pods' ? 'the pods' : 'what runs'} in the namespace ${run.target.namespace} be ${run.scope === 'pods' ? 'ended' : 'stopped'}? It waits for an answer until ${question.expiresAt}.`,
    ...messagePartsOf(course, CONTAIN_STEPS),
    open: Object.values(course).flatMap(({ open }) => open),
    question,
    folder: folder.place,
  });
}
