import { paginateGetExecutionHistory, paginateListExecutions } from '@aws-sdk/client-sfn';
import { command } from '../../../../../functions/contract/commands/command.ts';
import { CONTAIN_TABLE } from '../../../../../functions/contract/playbook-steps.ts';
import type { Answer, AwsCheck, AwsContext } from '../../aws/check.ts';
import { perView } from '../../aws/per-view.ts';

interface Running {
  arn: string;
  /** `contain`, `release` or `decide`, with its network. */
  playbook: string;
  name: string;
  startedAt: string;
}

const PLAYBOOK = /^(Contain|Release|Decide)([0-9a-f]{8})?PlaybookArn$/;

/** The executions that have not ended, of every playbook of the stack. */
const running = perView(async (context): Promise<Running[]> => {
  const { view, signal } = context;
  const found: Running[] = [];
  for (const [output, stateMachineArn] of (await view.outputs()) ?? []) {
    const [match, playbook = ''] = PLAYBOOK.exec(output) ?? [];
    if (match === undefined) continue;
    const pages = paginateListExecutions(
      { client: view.clients.sfn },
      { stateMachineArn, statusFilter: 'RUNNING' },
      { abortSignal: signal },
    );
    for await (const { executions = [] } of pages)
      for (const { executionArn: arn = '', name = '', startDate } of executions)
        found.push({ arn, name, playbook: playbook.toLowerCase(), startedAt: startDate?.toISOString() ?? 'some time' });
  }
  return found;
});

/** In which state an execution is: the one that it has entered last. */
async function stateOf({ view, signal }: AwsContext, executionArn: string): Promise<string | undefined> {
  const pages = paginateGetExecutionHistory(
    { client: view.clients.sfn },
    { executionArn, reverseOrder: true, includeExecutionData: false },
    { abortSignal: signal },
  );
  for await (const { events = [] } of pages) {
    const entered = events.find(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name !== undefined);
    if (entered) return entered.stateEnteredEventDetails?.name;
  }
  return undefined;
}

/** Those of *contain* that wait for a person's answer, and the others. */
const sorted = perView(async (context): Promise<{ asking: Running[]; working: Running[] }> => {
  const asking: Running[] = [];
  const working: Running[] = [];
  for (const each of await running(context)) {
    const asks = each.playbook === 'contain' && (await stateOf(context, each.arn)) === CONTAIN_TABLE.askOnCall.state;
    (asks ? asking : working).push(each);
  }
  return { asking, working };
});

const stop = ({ arn }: Running, { region }: AwsContext): string[][] => [
  command('aws stepfunctions stop-execution', [], { '--region': region, '--execution-arn': arn }),
];

const needs = ['cloudformation:DescribeStacks', 'states:GetExecutionHistory', 'states:ListExecutions'] as const;

/** What somebody was asked and has not answered: the machine is not deleted before its executions have ended. */
export const questions: AwsCheck = {
  id: 'questions',
  question: 'Does no execution wait for an answer?',
  needs,
  when: 'both',
  stopsDeployment: false,
  fix: 'answer it with decide, as its message says; or stop it: the namespace stays isolated, and nothing is removed',
  async run(context) {
    const { asking } = await sorted(context);
    if (asking.length === 0) return [{ status: 'ok', says: 'No question is open.' }];
    return asking.map((each) => ({
      status: 'failed' as const,
      says: `${each.name} has asked on-call what to remove, since it began at ${each.startedAt}, and waits for the answer.`,
      fix: stop(each, context),
    }));
  },
};

/** What is at work. Who works on a namespace holds its lease, for as long as the execution runs. */
export const executions: AwsCheck = {
  id: 'executions',
  question: 'Has every execution of a playbook ended?',
  needs,
  when: 'both',
  stopsDeployment: false,
  fix: 'wait for its end: as long as it runs, its state machine stays and its namespace is held by its lease. Whoever stops it has to see how far it got',
  async run(context) {
    const { working } = await sorted(context);
    const { severity } = context.config.containment.autoStart;
    const others: Answer[] =
      severity === 'never' || !(await context.view.outputs())
        ? []
        : [
            {
              status: 'note',
              says: `An isolation may start by itself at any time, from ${severity} on.`,
              todo: 'set containment.autoStart.severity to never and deploy, then ask again',
            },
          ];
    if (working.length === 0) return [{ status: 'ok', says: 'No execution runs.' }, ...others];
    return [
      ...working.map((each) => ({
        status: 'failed' as const,
        says: `${each.name} of ${each.playbook} runs since ${each.startedAt}, and holds the lease on its namespace.`,
        fix: stop(each, context),
      })),
      ...others,
    ];
  },
};
