/** What each state of a playbook does with what it is given, by its definition: cases for the service to confirm. */
import * as z from 'zod';

export interface StateCase {
  state: string;
  /** What is tried, as the end of a sentence: `with a result`. */
  what: string;
  input: unknown;
  /** The answer of the task, or its error; for a state that calls nothing, absent. */
  mock?: { result: unknown } | { error: string };
  expected: {
    status: 'SUCCEEDED' | 'FAILED' | 'RETRIABLE' | 'CAUGHT_ERROR';
    nextState?: string;
    output?: unknown;
    error?: string;
  };
}

interface Condition {
  Variable?: string | undefined;
  IsPresent?: boolean | undefined;
  StringEquals?: string | undefined;
  BooleanEquals?: boolean | undefined;
  IsTimestamp?: true | undefined;
  And?: Condition[] | undefined;
  Or?: Condition[] | undefined;
}

const condition: z.ZodType<Condition> = z.lazy(() =>
  z.object({
    Variable: z.string().optional(),
    IsPresent: z.boolean().optional(),
    StringEquals: z.string().optional(),
    BooleanEquals: z.boolean().optional(),
    IsTimestamp: z.literal(true).optional(),
    And: z.array(condition).optional(),
    Or: z.array(condition).optional(),
  }),
);
const errors = z.array(z.string());
const task = z.object({
  Type: z.literal('Task'),
  Next: z.string(),
  ResultPath: z.string().optional(),
  ResultSelector: z.record(z.string(), z.unknown()).optional(),
  // Without it, the language says three.
  Retry: z.array(z.object({ ErrorEquals: errors, MaxAttempts: z.number().default(3) })).default([]),
  Catch: z.array(z.object({ ErrorEquals: errors, Next: z.string() })).default([]),
});
const choice = z.object({
  Type: z.literal('Choice'),
  Choices: z.array(z.intersection(condition, z.object({ Next: z.string() }))),
  Default: z.string(),
});
const end = z.discriminatedUnion('Type', [
  z.object({ Type: z.literal('Succeed') }),
  z.object({ Type: z.literal('Fail'), Error: z.string() }),
]);
const definition = z.object({
  States: z.record(
    z.string(),
    z.discriminatedUnion('Type', [task, choice, end, z.object({ Type: z.literal('Wait') })]),
  ),
});
type Task = z.output<typeof task>;
type Choice = z.output<typeof choice>;
type End = z.output<typeof end>;

/** What the steps before have answered. */
const BEFORE = { steps: { checkTarget: { status: 'done', mode: 'isolate', summary: 'Done.' } } };
const RESULT = { status: 'done', summary: 'Done.' };
const NONE = 'neither of them';
const INSTANT = '2026-11-30T12:00:00Z';

/**
 * Of every state but those that only wait: they would take their time.
 *
 * @param text a definition in the Amazon States Language, as far as the playbooks use it
 * @returns undefined where it is another
 */
export function casesOf(text: string): StateCase[] | undefined {
  const { data } = definition.safeParse(JSON.parse(text));
  if (!data) return undefined;
  return Object.entries(data.States).flatMap(([name, state]) => {
    if (state.Type === 'Task') return casesOfTask(name, state);
    if (state.Type === 'Choice') return casesOfChoice(name, state);
    return state.Type === 'Wait' ? [] : [caseOfEnd(name, state)];
  });
}

function casesOfTask(state: string, task: Task): StateCase[] {
  const caught = (error: string) => task.Catch.find(({ ErrorEquals }) => meets(ErrorEquals, error))?.Next ?? '';
  const isTriedAgain = (error: string) =>
    (task.Retry.find(({ ErrorEquals }) => meets(ErrorEquals, error))?.MaxAttempts ?? 0) > 0;
  const failing = (error: string): StateCase => ({
    state,
    what: `with the error ${error}`,
    input: BEFORE,
    mock: { error },
    expected: isTriedAgain(error) ? { status: 'RETRIABLE' } : { status: 'CAUGHT_ERROR', nextState: caught(error) },
  });
  return [
    {
      state,
      what: 'with a result',
      input: BEFORE,
      mock: { result: RESULT },
      expected: { status: 'SUCCEEDED', nextState: task.Next, output: outputOf(task) },
    },
    ...['InputError', 'States.Timeout'].map(failing),
  ];
}

const meets = (patterns: readonly string[], error: string): boolean =>
  patterns.includes(error) || patterns.includes('States.ALL');

function outputOf({ ResultPath, ResultSelector }: Task): unknown {
  const selected = ResultSelector
    ? { steps: Object.fromEntries(keysOf(ResultSelector).map((key) => [key, RESULT])) }
    : RESULT;
  return ResultPath === undefined ? selected : withValue(BEFORE, ResultPath, selected);
}

/** `steps: { 'checkTarget.$': '$' }`: the first step. */
const keysOf = ({ steps }: Record<string, unknown>): string[] =>
  Object.keys(Object(steps)).map((key) => key.replace(/\.\$$/, ''));

/** One case for each branch, and one in which no branch fits. */
const casesOfChoice = (state: string, { Choices, Default }: Choice): StateCase[] => [
  ...Choices.map((choice) => ({
    state,
    what: `where it leads to ${choice.Next}`,
    input: inputFor(choice, true),
    expected: { status: 'SUCCEEDED' as const, nextState: choice.Next },
  })),
  {
    state,
    what: 'where no condition holds',
    input: Choices.reduce<unknown>((input, choice) => merged(input, inputFor(choice, false)), {}),
    expected: { status: 'SUCCEEDED' as const, nextState: Default },
  },
];

/** An input for which the condition holds, or in which what it looks at is another. */
function inputFor(condition: Condition, holds: boolean): unknown {
  const { Variable, BooleanEquals, IsTimestamp, And = [], Or = [] } = condition;
  const StringEquals = IsTimestamp ? INSTANT : condition.StringEquals;
  const parts = [...And, ...(holds ? Or.slice(0, 1) : Or)].map((part) => inputFor(part, holds));
  const value = BooleanEquals === undefined ? (holds ? StringEquals : NONE) : BooleanEquals === holds;
  const own = Variable !== undefined && value !== undefined ? withValue({}, Variable, value) : {};
  return parts.reduce<unknown>(merged, own);
}

const caseOfEnd = (state: string, of: End): StateCase => ({
  state,
  what: 'with a report',
  input: { Cause: 'The input has mistakes.', report: { summary: 'It is so.' } },
  expected:
    of.Type === 'Fail'
      ? { status: 'FAILED', error: of.Error }
      : { status: 'SUCCEEDED', output: { summary: 'It is so.' } },
});

/** `$.a.b` set in a copy. */
function withValue(input: unknown, path: string, value: unknown): unknown {
  const nested = path
    .split('.')
    .slice(1)
    .reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
  return merged(input, nested);
}

function merged(left: unknown, right: unknown): unknown {
  if (!isFields(left) || !isFields(right)) return right;
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  return Object.fromEntries(keys.map((key) => [key, key in right ? merged(left[key], right[key]) : left[key]]));
}

const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
