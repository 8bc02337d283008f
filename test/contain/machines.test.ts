import { describe, expect, test } from '@jest/globals';
import aslValidator from 'asl-validator';
import { type End, type Handler, type PlaybookProgress, runPlaybook } from '../../bin/local/playbook.ts';
import { containMachine } from '../../functions/contain/machines/contain.ts';
import { decideMachine } from '../../functions/contain/machines/decide.ts';
import { releaseMachine } from '../../functions/contain/machines/release.ts';
import { type Definition, retries, type State } from '../../functions/contain/machines/states.ts';
import type { ContainmentOutcome } from '../../functions/contract/containment.ts';
import {
  CONTAIN_TABLE,
  keysOf,
  RELEASE_TABLE,
  type StepKey,
  type StepTable,
} from '../../functions/contract/playbook-steps.ts';

const arn = (name: string): string => `arn:aws:lambda:eu-west-1:111122223333:function:${name}`;
const MACHINES = {
  contain: containMachine({ contain: arn('contain'), probe: arn('probe') }, { questionSeconds: 3600 }),
  decide: decideMachine(arn('decide')),
  release: releaseMachine(arn('release')),
};
type Machine = keyof typeof MACHINES;
const machines = Object.entries(MACHINES) as [Machine, Definition][];

const nexts = (state: State): string[] => {
  const { Next, Default, Choices, Catch } = state as State & Record<'Next' | 'Default', string | undefined>;
  const branches = [...((Choices as { Next: string }[]) ?? []), ...((Catch as { Next: string }[]) ?? [])];
  return [Next, Default, ...branches.map((branch) => branch.Next)].filter((name) => name !== undefined);
};

describe.each(machines)('the definition of %s', (_, definition) => {
  test('is valid Amazon States Language', () => {
    const { isValid, errorsText } = aslValidator(definition, { checkArn: true, checkPaths: true });
    expect([isValid, errorsText()]).toEqual([true, '']);
  });

  test('says of every state what it is for', () => {
    for (const state of Object.values(definition.States)) expect(state.Comment).toMatch(/^[A-Z].{15,}[.?]$/);
  });

  test('reaches every state', () => {
    const seen = new Set<string>();
    const visit = (name: string): void => {
      if (seen.has(name)) return;
      seen.add(name);
      for (const next of nexts(definition.States[name] as State)) visit(next);
    };
    visit(definition.StartAt);
    expect([...seen].sort()).toEqual(Object.keys(definition.States).sort());
  });

  test('tries every task again, and catches what fails for good', () => {
    for (const { Type, Retry, Catch } of Object.values(definition.States)) {
      if (Type !== 'Task') continue;
      expect(Retry).toEqual(expect.arrayContaining(retries(0).slice(0, 2)));
      expect(Catch).toEqual(expect.arrayContaining([expect.objectContaining({ ErrorEquals: ['States.ALL'] })]));
    }
  });
});

/** From when on tokens are refused. */
const NOW = '2026-11-23T07:00:12Z';

/** What a task answers the first time, the second, and so on; the last one for ever. An `Error` is thrown. */
type Script = Record<string, unknown[]>;

const failure = (name: string, message = `${name} it is`): Error => Object.assign(new Error(message), { name });
const done = (more: object = {}) => ({ status: 'done', mode: 'isolate', summary: 'Done.', ...more });
const ended = (outcome: ContainmentOutcome) => done({ outcome, summary: `It is ${outcome}.` });

/** Of a step that was left to itself. */
const leftAlone = (name: string) => [name === 'Cut identity' ? done({ settlesAt: NOW }) : done()];

interface Run {
  end: End;
  /** The states in the order in which they were entered, choices left out: they are seen by where they lead. */
  path: string[];
  progress: PlaybookProgress[];
  /** How often each task was called. */
  calls: Record<string, number>;
  /** What the last step was given. */
  reported: { state?: { steps?: Partial<Record<StepKey, unknown>> }; [field: string]: unknown };
}

async function run(machine: Machine, script: Script, input: unknown = { cluster: 'x' }): Promise<Run> {
  const definition = MACHINES[machine];
  const progress: PlaybookProgress[] = [];
  const calls: Record<string, number> = {};
  let reported: Run['reported'] = {};
  const names = Object.keys(definition.States);
  const tasks = names.filter((name) => definition.States[name]?.Type === 'Task');
  const handler =
    (name: string): Handler =>
    async (parameters) => {
      calls[name] = (calls[name] ?? 0) + 1;
      if (name === 'Report') reported = parameters as Run['reported'];
      const answers = script[name] ?? leftAlone(name);
      const answer = answers[Math.min(calls[name], answers.length) - 1];
      if (answer instanceof Error) throw answer;
      return answer;
    };
  const end = await runPlaybook(
    definition,
    { name: 'run-1', id: 'local:run-1', input },
    {
      handlers: Object.fromEntries(tasks.map((name) => [name, handler(name)])),
      onProgress: (each) => progress.push(each),
      pauses: {
        waits: { 'Wait for caches': 0, 'Wait for the nodes': 0, 'Wait for removal': 0, 'Wait for the audit log': 0 },
        retries: Object.fromEntries(tasks.map((name) => [name, 0])),
      },
    },
  );
  const path = progress.flatMap((each) => (each.kind === 'entered' && each.type !== 'Choice' ? [each.state] : []));
  return { end, path, progress, calls, reported };
}

/** The states of these steps, from the one to the other. */
function states<Key extends StepKey>(table: StepTable<Key>, from: Key, to: Key): string[] {
  const keys = keysOf(table);
  return keys.slice(keys.indexOf(from), keys.indexOf(to) + 1).map((key) => table[key].state);
}
const ACT = states(CONTAIN_TABLE, 'checkTarget', 'collectEvidence');
const ISOLATE = [...ACT, 'Wait for caches', 'Verify isolation'];
const AFTER = states(CONTAIN_TABLE, 'findRootCause', 'report');
const REMOVAL = states(CONTAIN_TABLE, 'removeWorkloads', 'verifyRemoval');
const RELEASE = states(RELEASE_TABLE, 'checkSnapshot', 'report');

const inMode = (mode: string) => ({ 'Check target': [done({ mode })] });
const approve = { 'Ask on-call': [{ decision: 'approve', planHash: 'ab' }] };
const again = (round: number) => done({ again: true, round });

/** The ways through, with what the last step makes of them, and the state in which they end. */
const WAYS: [name: string, machine: Machine, script: Script, outcome: ContainmentOutcome, path: string[]][] = [
  ['plan', 'contain', inMode('plan'), 'planned', [...ACT, 'Remove workloads', 'Report', 'Planned']],
  ['isolate', 'contain', inMode('isolate'), 'contained', [...ISOLATE, ...AFTER, 'Contained']],
  [
    'isolate, where there was no account, so that no token can be cached',
    'contain',
    { ...inMode('isolate'), 'Cut identity': [done()] },
    'contained',
    [...ACT, 'Verify isolation', ...AFTER, 'Contained'],
  ],
  [
    'isolate, the nodes need a while',
    'contain',
    { ...inMode('isolate'), 'Verify isolation': [again(1), again(2), done({ round: 3, again: false })] },
    'contained',
    [...ISOLATE, ...[1, 2].flatMap(() => ['Wait for the nodes', 'Verify isolation']), ...AFTER, 'Contained'],
  ],
  [
    'isolate, the audit log is late',
    'contain',
    { ...inMode('isolate'), 'Verify sessions': [again(1), done({ round: 2, again: false })] },
    'contained',
    [
      ...ISOLATE,
      ...states(CONTAIN_TABLE, 'findRootCause', 'verifySessions'),
      'Wait for the audit log',
      'Verify sessions',
      'Report',
      'Contained',
    ],
  ],
  [
    ...(['remove, approved', 'contain', { ...inMode('remove'), ...approve }, 'contained'] as const),
    [...ISOLATE, 'Ask on-call', ...REMOVAL, ...AFTER, 'Contained'],
  ],
  [
    'remove, refused by a person',
    'contain',
    { ...inMode('remove'), 'Ask on-call': [{ decision: 'refuse', reason: 'not now' }] },
    'contained',
    [...ISOLATE, 'Ask on-call', ...AFTER, 'Contained'],
  ],
  [
    'remove, an answer that is not one',
    'contain',
    { ...inMode('remove'), 'Ask on-call': [{}] },
    'partly-contained',
    [...ISOLATE, 'Ask on-call', ...AFTER, 'Partly contained'],
  ],
  [
    'remove, nobody answers',
    'contain',
    { ...inMode('remove'), 'Ask on-call': [failure('States.Timeout')] },
    'partly-contained',
    [...ISOLATE, 'Ask on-call', ...AFTER, 'Partly contained'],
  ],
  [
    'remove, it takes a while',
    'contain',
    { ...inMode('remove'), ...approve, 'Remove workloads': [again(1), again(2), done({ round: 3 })] },
    'contained',
    [
      ...ISOLATE,
      'Ask on-call',
      'Remove workloads',
      'Wait for removal',
      'Remove workloads',
      'Wait for removal',
      ...REMOVAL,
      ...AFTER,
      'Contained',
    ],
  ],
  [
    'a target that must not be touched',
    'contain',
    { 'Check target': [done({ status: 'refused' })] },
    'refused',
    ['Check target', 'Report', 'Refused'],
  ],
  [
    'a target with something open',
    'contain',
    { 'Check target': [done({ status: 'partly' })] },
    'contained',
    [...ISOLATE, ...AFTER, 'Contained'],
  ],
  [
    'no snapshot',
    'contain',
    { Snapshot: [done({ status: 'failed' })] },
    'refused',
    ['Check target', 'Snapshot', 'Report', 'Refused'],
  ],
  [
    'part of a snapshot',
    'contain',
    { Snapshot: [done({ status: 'partly' })] },
    'contained',
    [...ISOLATE, ...AFTER, 'Contained'],
  ],
  ['release', 'release', {}, 'released', [...RELEASE, 'Released']],
  ['release with something left', 'release', {}, 'partly-released', [...RELEASE, 'Partly released']],
  ['release as a plan', 'release', {}, 'planned', [...RELEASE, 'Planned']],
  [
    'nothing to release from',
    'release',
    { 'Check snapshot': [done({ status: 'refused' })] },
    'refused',
    ['Check snapshot', 'Report', 'Refused'],
  ],
  ['an answer', 'decide', {}, 'decided', ['Check decision', 'Answer question', 'Report', 'Decided']],
  [
    'an answer by its kind',
    'decide',
    { 'Check decision': [done({ decision: 'approve' })] },
    'decided',
    ['Check decision', 'Answer question', 'Report', 'Decided'],
  ],
  [
    'legitimate',
    'decide',
    { 'Check decision': [done({ decision: 'legitimate' })] },
    'decided',
    ['Check decision', 'Close finding', 'Report', 'Decided'],
  ],
  [
    'nothing to decide',
    'decide',
    { 'Check decision': [done({ status: 'refused', decision: 'legitimate' })] },
    'refused',
    ['Check decision', 'Report', 'Refused'],
  ],
];

test.each(WAYS)('%s', async (_, machine, script, outcome, path) => {
  const result = await run(machine, { ...script, Report: [ended(outcome)] });
  expect(result.path).toEqual(path);
  const { state } = result.end;
  expect(state).toBe(path.at(-1));
  if (MACHINES[machine].States[state]?.Type === 'Succeed')
    expect(result.end).toMatchObject({ succeeded: true, output: ended(outcome) });
  else expect(result.end).toEqual({ succeeded: false, state, error: outcome, cause: `It is ${outcome}.` });
});

test('the ways go through every state, but those of failed tasks', async () => {
  const seen = new Set<string>();
  for (const [, machine, script, outcome] of WAYS) {
    const { progress } = await run(machine, { ...script, Report: [ended(outcome)] });
    for (const { state } of progress) seen.add(`${machine}/${state}`);
  }
  const all = machines.flatMap(([name, { States }]) => Object.keys(States).map((state) => `${name}/${state}`));
  const failed = machines.flatMap(([name]) => [`${name}/Wrong input`, `${name}/Report failed`]);
  expect(all.filter((state) => !seen.has(state)).sort()).toEqual(failed.sort());
});

/** Every task with a run that comes to it. */
const TASKS = machines.flatMap(([machine, { States }]) =>
  Object.keys(States)
    .filter((name) => States[name]?.Type === 'Task')
    .map((name): [Machine, string, Script, ContainmentOutcome] => {
      const legitimate = name === 'Close finding' ? { 'Check decision': [done({ decision: 'legitimate' })] } : {};
      const script = machine === 'contain' ? { ...inMode('remove'), ...approve } : legitimate;
      return [
        machine,
        name,
        script,
        { contain: 'contained', decide: 'decided', release: 'released' }[machine] as never,
      ];
    }),
);

/** A task's parameters, and how often it is tried in all. */
function taskOf(machine: Machine, name: string): { step: StepKey; tries: number } {
  const { Parameters, Retry } = MACHINES[machine].States[name] as State & {
    Parameters: { step: StepKey; Payload?: { step: StepKey } };
    Retry: { MaxAttempts: number }[];
  };
  return { step: (Parameters.Payload ?? Parameters).step, tries: 1 + (Retry.at(-1)?.MaxAttempts ?? 0) };
}

describe.each(TASKS)('%s: %s', (machine, name, script, outcome) => {
  const first = name === MACHINES[machine].StartAt;
  const { step, tries } = taskOf(machine, name);
  const ending: Script = { Report: [ended(outcome)] };

  test('an error that passes costs nothing but time', async () => {
    const usual = (await run(machine, { ...script, ...ending })).path;
    for (const error of ['Lambda.TooManyRequestsException', 'StepIncomplete']) {
      const answers = { ...ending, ...script };
      const healthy = answers[name] ?? leftAlone(name);
      const result = await run(machine, { ...answers, [name]: [failure(error), failure(error), ...healthy] });
      expect(result.path).toEqual(usual);
      expect(result.end.succeeded).toBe(true);
      expect(result.calls[name]).toBe(3);
      expect(result.progress).toContainEqual({ kind: 'tried-again', state: name, error, cause: `${error} it is` });
    }
  });

  test('what fails in all tries is recorded, and the playbook goes on', async () => {
    const result = await run(machine, { ...ending, ...script, [name]: [failure('StepIncomplete', 'the quota')] });
    const failed = { Error: 'StepIncomplete', Cause: 'the quota' };
    expect(result.calls[name]).toBe(tries);
    if (name === 'Report') {
      expect(result.end).toMatchObject({ succeeded: false, state: 'Report failed', error: 'report-failed' });
      return;
    }
    expect(result.calls.Report).toBe(1);
    expect(result.path.at(-2)).toBe('Report');
    // The first step's failure stands for the whole state: there are no results.
    if (first) expect(result.reported.state).toEqual(failed);
    else expect(result.reported.state?.steps?.[step]).toEqual(failed);
  });

  test('a mistake of ours is not tried again', async () => {
    const result = await run(machine, { ...ending, ...script, [name]: [failure('TypeError')] });
    expect(result.calls[name]).toBe(1);
    expect(result.progress).toContainEqual({
      kind: 'caught',
      state: name,
      error: 'TypeError',
      cause: 'TypeError it is',
    });
  });
});

test.each(machines)('%s: the last step is told who started it, and with what', async (machine) => {
  const { reported } = await run(machine, {}, { cluster: 'prod', mode: 'remove' });
  expect(Object.keys(reported).sort()).toEqual(['execution', 'input', 'name', 'startedAt', 'state', 'step']);
  expect(reported).toMatchObject({
    step: 'report',
    execution: 'local:run-1',
    name: 'run-1',
    input: { cluster: 'prod', mode: 'remove' },
  });
});

describe.each(machines)('%s, wrong input', (machine, { StartAt }) => {
  test.each([['not an object'], [17], [[]], [{}], [{ steps: { report: 'mine' } }]])('%j', async (input) => {
    const result = await run(machine, { [StartAt]: [failure('InputError', 'The input is wrong: uid …')] }, input);
    expect(result.end).toEqual({
      succeeded: false,
      state: 'Wrong input',
      error: 'refused',
      cause: 'The input is wrong: uid …',
    });
    expect(result.path).toEqual([StartAt, 'Wrong input']);
    expect(result.calls).toEqual({ [StartAt]: 1 });
  });
});

test.each([
  ['an outcome that is not one', done({ outcome: 'lucky' })],
  ['no outcome', done()],
])('the last step answers %s: nobody takes it for an end', async (_, answer) => {
  const { end } = await run('contain', { Report: [answer] });
  expect(end).toMatchObject({ succeeded: false, state: 'Report failed', error: 'report-failed' });
});

test('an approval removes only where it says so', async () => {
  for (const decision of ['legitimate', 'Approve', '', null, true])
    expect((await run('contain', { ...inMode('remove'), 'Ask on-call': [{ decision }] })).calls).not.toHaveProperty(
      'Remove workloads',
    );
});

test('a task that nothing does is reported before anything is done', async () => {
  await expect(
    runPlaybook(MACHINES.contain, { name: 'run-1', id: 'local:run-1', input: {} }, { handlers: {} }),
  ).rejects.toThrow('nothing does the task "Check target"');
});

test.each([
  ['is still to come', 300],
  ['has passed', -60_000],
])('a pause until an instant that %s, run here', async (_, ms) => {
  const warnings: string[] = [];
  const warned = ({ name }: Error) => void warnings.push(name);
  process.on('warning', warned);
  const settlesAt = new Date(Date.now() + ms).toISOString();
  const progress: PlaybookProgress[] = [];
  const { States } = MACHINES.contain;
  const handlers = Object.entries(States).flatMap(([name, { Type }]): [string, Handler][] =>
    Type === 'Task'
      ? [
          [
            name,
            async () => (name === 'Report' ? ended('contained') : done(name === 'Cut identity' ? { settlesAt } : {})),
          ],
        ]
      : [],
  );
  const verified: number[] = [];
  const end = await runPlaybook(
    MACHINES.contain,
    { name: 'run-1', id: 'local:run-1', input: {} },
    {
      handlers: Object.fromEntries(handlers),
      onProgress: (each) => {
        progress.push(each);
        if (each.kind === 'entered' && each.state === 'Verify isolation') verified.push(Date.now());
      },
    },
  );
  process.off('warning', warned);
  expect([end.state, warnings]).toEqual(['Contained', []]);
  expect(verified.every((at) => at >= Date.parse(settlesAt))).toBe(true);
  expect(progress).toContainEqual({ kind: 'entered', state: 'Wait for caches', type: 'Wait' });
});
