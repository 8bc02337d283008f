import { join } from 'node:path';
import type { FindingRecords } from '../../../functions/clients/bucket/finding-records.ts';
import { runFolder } from '../../../functions/contain/framework/execution.ts';
import { Folder } from '../../../functions/contain/framework/folder.ts';
import { WRONG_INPUT } from '../../../functions/contain/machines/states.ts';
import type { Target } from '../../../functions/contract/containment.ts';
import { type ContainmentReport, containmentReportSchema } from '../../../functions/contract/containment-report.ts';
import type { PlanAnswer, Question } from '../../../functions/contract/follow-up.ts';
import { readJson } from '../../../functions/contract/read.ts';
import { defined } from '../../../functions/kit/defined.ts';
import { InputError } from '../../input/input.ts';
import { newExecution } from '../../local/executions.ts';
import { type End, runPlaybook } from '../../local/playbook.ts';
import { arnOf, localClients, PLAYBOOKS, SETTINGS, STEPS } from '../../local/playbooks.ts';
import { type LocalFunction, taskHandlers } from '../../local/tasks.ts';
import { auditLogOf } from '../audit-logs.ts';
import { LONG_MS } from '../cluster.ts';
import { harmlessInTerminal, harmlessJson } from '../harmless.ts';
import { EXIT, type ExitCode } from '../io.ts';
import type { Task } from '../task.ts';
import type { ChosenCluster } from './cluster.ts';
import { onInterrupt } from './interrupt.ts';
import { ProgressLines } from './progress.ts';
import { endText } from './wording.ts';

/** A playbook to run here. */
export interface PlaybookStart {
  playbook: 'contain' | 'release';
  target: Target;
  /** What a person would type into the Step Functions console, beside the target. */
  input: object;
  cluster: ChosenCluster;
  /** Act as the kubeconfig's own user. */
  asMyself: boolean;
  /** Of the evidence. */
  directory: string;
  /** Print the report as one line of JSON. */
  json: boolean;
  /** About which the finding of the input is, where there is one. */
  findings?: FindingRecords;
  /** Files with the audit log, where there are any. */
  auditLog?: readonly string[];
  answer?: (question: Question) => Promise<PlanAnswer>;
}

/** Runs the playbook with the terminal in place of on-call, and tells how it ended. */
export async function start(options: PlaybookStart, task: Task): Promise<ExitCode> {
  const progress = new ProgressLines(task);
  let giveBack = async (): Promise<void> => undefined;
  const goOn = onInterrupt(async () => {
    task.note(`Stopped at "${progress.state}". What is done stays done; the same command goes on from there.`);
    await giveBack();
  });
  let run: LocalRun;
  try {
    run = await runHere(options, task, progress, (end) => {
      giveBack = end;
    });
  } finally {
    task.waitFor(undefined);
    goOn();
  }
  const { end, report, place } = run;
  await task.print(textOf(end, report, place, options.json));
  const planIsWhole = report?.outcome !== 'planned' || report.open.length === 0;
  return end.succeeded && planIsWhole ? EXIT.done : EXIT.attention;
}

/** How a playbook ended here. */
export interface LocalRun {
  end: End;
  /** Absent where it ended without one. */
  report?: ContainmentReport | undefined;
  /** Where the whole of it is kept. */
  place: string;
}

/**
 * Runs the playbook.
 *
 * @param begun is given what gives the lease on the namespace back, for whoever ends this process in the middle
 * @throws {InputError} where the playbook does not take its input
 */
export async function runHere(
  options: Omit<PlaybookStart, 'json'>,
  task: Task,
  progress: ProgressLines,
  begun: (giveBack: () => Promise<void>) => void = () => undefined,
): Promise<LocalRun> {
  const { playbook, target, input, answer } = options;
  const { definition } = PLAYBOOKS[playbook];
  const { name, id } = newExecution();
  const clients = localClients(options.directory);
  const functions = await functionsOf(options, clients, task);
  begun(() => clients.register.giveBack(target.uid, id));
  const handlers = taskHandlers(definition, { functions, settings: SETTINGS, answer });
  const execution = { name, id, input: { ...input, ...target } };
  const end = await runPlaybook(definition, execution, { handlers, onProgress: progress.tell });
  if (!end.succeeded && end.state === WRONG_INPUT) throw new InputError(end.cause);
  const folder = new Folder(clients.store, target, runFolder(id, name));
  const kept = await folder.read('report.json');
  const report = kept && readJson(containmentReportSchema, kept, 'report of a playbook');
  return { end, report, place: join(folder.place, 'runs', runFolder(id, name)) };
}

/** The functions of the playbook with the identities that they act by here. */
async function functionsOf(
  { playbook, target, cluster, asMyself, findings, auditLog = [] }: Omit<PlaybookStart, 'json'>,
  clients: ReturnType<typeof localClients>,
  task: Task,
): Promise<LocalFunction[]> {
  const signal = AbortSignal.timeout(LONG_MS);
  const { roles } = PLAYBOOKS[playbook];
  const functions: LocalFunction[] = [];
  for (const role of roles) {
    const { kubernetes, own } = await cluster.identity(role, target.namespace, asMyself, signal);
    if (own !== undefined) task.note(`Acts as yourself, not as namespace-sentinel:${role}: ${harmlessInTerminal(own)}`);
    const access = { connect: async () => kubernetes };
    const more = role === 'probe' ? defined({ auditLog: auditLogOf(auditLog) }) : {};
    functions.push({
      arn: arnOf(role),
      steps: STEPS[role],
      clients: { ...clients, kubernetes: access, ...more, ...defined({ findings }) },
    });
  }
  return functions;
}

function textOf(end: End, report: ContainmentReport | undefined, place: string, json: boolean): string {
  if (report) return json ? `${harmlessJson(report)}\n` : endText(report, place);
  const [outcome, summary] = end.succeeded ? ['unknown', 'It ended without a report.'] : [end.error, end.cause];
  const nothing = { proofs: [], proposals: [], steps: [] };
  return json
    ? `${harmlessJson({ outcome, summary, open: [summary], ...nothing })}\n`
    : `${harmlessInTerminal(summary)}\n`;
}
