/** The surroundings of *decide* without AWS, and the way through its state machine. */

import { expect } from '@jest/globals';
import { LocalBaseline } from '../../../functions/clients/local/baseline.ts';
import { LocalContainmentRegister } from '../../../functions/clients/local/containment-register.ts';
import { LocalFindingsTable } from '../../../functions/clients/local/findings-table.ts';
import type { PendingQuestion } from '../../../functions/clients/table/containment-register.ts';
import { DECIDE_FUNCTION_STEPS } from '../../../functions/contain/decide/index.ts';
import { runDecide } from '../../../functions/contain/decide/run-decide.ts';
import type { DecideClients, DecideResult } from '../../../functions/contain/decide/step.ts';
import type { Failure } from '../../../functions/contract/containment.ts';
import type { Finding } from '../../../functions/contract/finding.ts';
import type { FollowUp, PlanAnswer } from '../../../functions/contract/follow-up.ts';
import type { AssessmentSnapshot } from '../../../functions/contract/investigation.ts';
import type { StepKey } from '../../../functions/contract/playbook-steps.ts';
import { defined } from '../../../functions/kit/defined.ts';
import { someQuestion } from '../../clients/containment-register.contract.ts';
import { someFinding } from '../../clients/findings-table.contract.ts';
import { MemoryStore } from '../memory-store.ts';
import { Recorder } from '../recorder.ts';

export const NOW = Date.parse('2026-11-23T07:30:00Z');
const UID = '0b0d9f0e-6f5d-4c7e-9b57-0c2f4f3a9a10';
export const RELEASE = 'arn:aws:states:eu-central-1:111122223333:stateMachine:sentinel-release';
export const settings = { release: { byDefault: RELEASE, clusters: { [`${RELEASE}-blue`]: ['blue'] } } };
const ORDINARY: AssessmentSnapshot = { severity: 'LOW', score: 15, indicators: { 'new-creator': 15 } };

export function world() {
  const table = new LocalFindingsTable(() => NOW);
  const register = new LocalContainmentRegister();
  /** What executions of *contain* wait for, by their tokens. */
  const waiting = new Set<string>();
  const answers: PlanAnswer[] = [];
  const told: FollowUp[] = [];
  const store = new MemoryStore();
  const clients: DecideClients = {
    register,
    table,
    lookup: table,
    baseline: new LocalBaseline(table),
    playbooks: {
      async answer(token, answer) {
        if (!waiting.delete(token)) return false;
        answers.push(answer);
        return true;
      },
      ended: async () => undefined,
    },
    store,
    followUps: { tell: async (followUp) => void told.push(followUp) },
  };

  async function alerted(changes: Partial<Finding> = {}, verdict: AssessmentSnapshot = ORDINARY): Promise<Finding> {
    const finding = someFinding({ namespace: { name: 'team-a', uid: UID }, ...changes });
    await table.claim(finding, 1_000);
    await table.alerted(finding.id, verdict, { afterMinutes: 5 });
    return finding;
  }

  /** A question of an execution that waits for its answer. */
  async function asked(
    finding?: Finding,
    changes: Partial<PendingQuestion['question']> = {},
  ): Promise<PendingQuestion> {
    const open = someQuestion({
      ...(finding && { findingId: finding.id }),
      target: { cluster: finding?.cluster ?? { name: 'prod' }, namespace: 'team-a', uid: UID },
      ...changes,
      expiresAt: changes.expiresAt ?? new Date(NOW + 3_600_000).toISOString(),
    });
    await register.ask(open);
    waiting.add(open.taskToken);
    return open;
  }

  /** What steps have called so far. */
  const used = new Map<StepKey, Recorder>();
  let executions = 0;
  /** As the state machine goes: a step that fails is noted, and the last one tells. */
  async function decide(input: object, name = `decide-${++executions}`): Promise<DecideResult> {
    const results: Partial<Record<StepKey, unknown>> = {};
    let failure: Failure | undefined;
    const step = async (key: StepKey): Promise<DecideResult> => {
      const step = DECIDE_FUNCTION_STEPS.find((each) => each.key === key);
      if (!step) throw new Error(key);
      const payload = { step: key, execution: `execution:${name}`, name, startedAt: 'then', input, results };
      const recorder = new Recorder();
      try {
        return await runDecide(
          step,
          { ...payload, ...defined({ failure }) },
          recorder.clients(clients),
          settings,
          () => NOW,
        );
      } finally {
        used.set(key, recorder.with(used.get(key)));
        // In every test: what a step calls is what it says that it needs.
        expect([key, recorder.beyond(step.needs)]).toEqual([key, []]);
      }
    };
    try {
      const check = await step('checkDecision');
      results.checkDecision = check;
      if (check.status === 'done') {
        const key = check.decision === 'legitimate' ? 'closeFinding' : 'answerQuestion';
        results[key] = await step(key).catch(failed);
      }
    } catch (error) {
      if ((error as Error).name === 'InputError') throw error;
      failure = failed(error);
    }
    return step('report');
  }

  return { used, clients, table, register, waiting, answers, told, files: store.files, alerted, asked, decide };
}

/** As Step Functions notes a function that failed in all tries. */
const failed = (error: unknown): Failure => {
  const { name, message } = error as Error;
  return { Error: name, Cause: JSON.stringify({ errorType: name, errorMessage: message, trace: ['at secret'] }) };
};
