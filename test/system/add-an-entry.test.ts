/**
 * What it takes to add a check and an indicator, done in a copy of the tree: with a file and a row each everything uses them,
 * and whatever else has to be added is named by a failing test, or does not compile.
 */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { ScratchCopy } from '../scratch-copy.ts';

jest.setTimeout(600_000);

const TESTS = ['checks', 'investigate', 'cluster', 'corpus/incidents'].map((path) => `test/${path}`);
/** What looks after the tables. */
const KEEPERS = [
  'test/checks/listed.test.ts',
  'test/checks/needs.test.ts',
  'test/cluster/observer.test.ts',
  'test/investigate/indicators',
];

const CHECK = `
import type { Read, Written } from '../contract/read.ts';
import * as field from '../contract/read.ts';
import type { Block } from '../kit/blocks.ts';
import * as block from '../kit/blocks.ts';
import { type CheckAnswer, type CheckContext, defineCheck } from './check.ts';

const schema = field.object({ webhooks: field.list(field.object({ name: field.text })) });

export const calledWebhooks = defineCheck({
  name: 'called-webhooks',
  question: 'Which webhooks see the requests?',
  deadlineMs: 5_000,
  needs: { kubernetes: ['list validatingwebhookconfigurations.admissionregistration.k8s.io'], aws: [] },
  details: schema,
  run,
  show,
});

async function run({ kubernetes, signal }: CheckContext): Promise<CheckAnswer<Written<typeof schema>>> {
  const path = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
  const { items } = await (await kubernetes()).list(path, signal);
  const webhooks = items.map(({ metadata: { name = '' } }) => ({ name }));
  return { status: 'found', summary: webhooks.length + ' webhooks.', details: { webhooks } };
}

function show({ webhooks }: Read<typeof schema>): Block[] {
  return block.table('Webhooks', webhooks, { Name: ({ name }) => block.value(name) });
}
`;

const INDICATOR = `
import { defineRule } from '../rule.ts';

export const strangeWebhook = defineRule({
  id: 'strange-webhook',
  kind: 'threat',
  weight: 20,
  why: 'Webhooks of that name see everything.',
  technique: 'T1557',
  shownBy: ['called-webhooks'],
  judge(_, { 'called-webhooks': { webhooks = [] } = {} }) {
    const strange = webhooks.find(({ name }) => name.startsWith('strange'));
    return strange && {
      reason: 'There is the webhook ' + strange.name + '.',
      brief: 'A strange webhook is there.',
      check: 'called-webhooks',
    };
  },
});
`;

const CASES = `
table('strange-webhook', [
  ['none', { evidence: [evidence({ check: 'called-webhooks', details: { webhooks: [{ name: 'a' }] } })] }],
  ['one', { evidence: [evidence({ check: 'called-webhooks', details: { webhooks: [{ name: 'strange' }] } })] }, 20],
]);
`;

const RIGHT = `
  - apiGroups: [admissionregistration.k8s.io]
    resources: [validatingwebhookconfigurations]
    verbs: [list]
`;

let copy: ScratchCopy;
beforeAll(() => {
  copy = new ScratchCopy('cluster', 'docs/checks.md', ...TESTS);
  copy.write('functions/checks/called-webhooks.ts', CHECK);
  copy.write('functions/investigate/indicators/strange-webhook.ts', INDICATOR);
});
afterAll(() => copy?.remove());

/** What looks after the tables, in the copy. @returns the names of the tests that failed */
const failures = () => copy.failures(100, ...KEEPERS);
/** Of the checks, the indicators and what shows them. */
const compile = () =>
  copy.compile('functions/checks', 'functions/investigate', 'functions/alert', 'test/investigate/indicators*.ts');

test('a file without a row is named; details of a check without a row are not there to read', () => {
  expect(failures()).toEqual([
    'the check of functions/checks/called-webhooks.ts has a row in its index.ts',
    'the indicator of functions/investigate/indicators/strange-webhook.ts has a row in its index.ts',
  ]);
  expect(compile()).toEqual({
    'functions/investigate/indicators/strange-webhook.ts': expect.stringContaining('"called-webhooks"'),
  });
});

test('with the rows they are used; the right, the tests and the lines in the docs that lack are named', () => {
  copy.insert(
    'functions/checks/index.ts',
    'import { clusterPosture }',
    "import { calledWebhooks } from './called-webhooks.ts';\n",
  );
  copy.insert('functions/checks/index.ts', '  owner,\n] as const', '  calledWebhooks,\n');
  copy.insert(
    'functions/investigate/indicators/index.ts',
    'import { systemFromPublicAddress }',
    "import { strangeWebhook } from './strange-webhook.ts';\n",
  );
  copy.insert('functions/investigate/indicators/index.ts', '  // What tells something beside', '  strangeWebhook,\n');
  expect(compile()).toEqual({});
  expect(failures()).toEqual(
    [
      'the observer may do what the check called-webhooks needs',
      'the check called-webhooks has a test, test/checks/called-webhooks.test.ts',
      'the check called-webhooks has its row in the table of docs/checks.md',
      'the table of docs/checks.md has a row for each check, in the order of their names, and no other',
      'the indicator strange-webhook has a table of cases here, and only one',
      'docs/indicators.md lists every indicator with its kind, weight and reason for it, in the order of the table',
    ].sort(),
  );
});

test('with these nothing is left to do', () => {
  copy.insert('cluster/roles/observer.yaml', '---\n', RIGHT.slice(1));
  copy.write('test/checks/called-webhooks.test.ts', '');
  copy.insert(
    'docs/checks.md',
    '| `cluster-posture`',
    '| `called-webhooks` | Which webhooks see the requests? | Kubernetes |\n',
  );
  copy.insert(
    'docs/indicators.md',
    '| `secrets-read`',
    '| `strange-webhook` | threat | 20 | A strange webhook. | Webhooks of that name see everything. |\n',
  );
  const file = 'test/investigate/indicators.test.ts';
  copy.append(file, CASES);
  expect(failures()).toEqual([]);
  expect(compile()).toEqual({});
});

test('a check that calls what it does not say, and one that shows what its schema does not hold, are named', () => {
  copy.write(
    'functions/checks/called-webhooks.ts',
    CHECK.replace("'list validating", "'list mutating").replace('{ webhooks }: Read', '{ hooks }: Read'),
  );
  expect(failures()).toEqual(
    [
      'the check called-webhooks asks the cluster for nothing that it does not say',
      'the check called-webhooks says nothing that it does not ask',
      'the observer may do nothing that no check needs',
      'the observer may do what the check called-webhooks needs',
    ].sort(),
  );
  expect(compile()).toEqual({
    'functions/checks/called-webhooks.ts': expect.stringContaining("'hooks'"),
  });
});
