/**
 * What it takes to add a step and a proof to a playbook, done in a copy of the tree with the places that CONTRIBUTING.md
 * names: with a file and its rows the playbook has them, and whatever else has to be added is named by a failing test, or
 * does not compile.
 */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { ScratchCopy } from '../scratch-copy.ts';

jest.setTimeout(900_000);

/** What looks after the tables, the roles and the docs. */
const KEEPERS = [
  ...['listed', 'needs', 'documented', 'machines', 'proofs'].map((name) => `test/contain/${name}.test.ts`),
  ...['permissions', 'containment'].map((name) => `test/lib/${name}.test.ts`),
];

const STEP_FILE = 'functions/contain/steps/note-limits.ts';
const STEP = `
import { rights } from '../framework/needs.ts';
import type { PlaybookStep, StepContext, StepOutcome } from '../framework/step.ts';

export const noteLimits: PlaybookStep = {
  key: 'noteLimits',
  target: 'must-live',
  needs: { kubernetes: rights(['get'], 'limitranges'), aws: ['s3:PutObjectTagging'] },
  run,
};

async function run({ run, cluster, clients, signal }: StepContext): Promise<StepOutcome> {
  const path = '/api/v1/namespaces/' + run.target.namespace + '/limitranges/limits';
  const limits = await cluster.kubernetes.read(path, signal);
  await clients.store.markReleased([]);
  return { status: 'done', summary: limits ? 'It has limits.' : 'It has no limits.' };
}
`;
const STEP_TEST = `
import { expect, test } from '@jest/globals';
import { noteLimits } from '../../functions/contain/steps/note-limits.ts';
import { namespaceObjects, Stage } from './stage.ts';

test('a namespace without limits', async () => {
  expect(await new Stage(namespaceObjects()).run(noteLimits)).toMatchObject({ status: 'done' });
});
`;
const STEP_ROW = `  noteLimits: {
    state: 'Note limits',
    does: 'Notes the limits that the namespace sets its pods.',
  },
`;

const PROOF_FILE = 'functions/contain/proofs/limits-kept.ts';
const PROOF = `
import { notProven, proven, type Verification } from './proof.ts';

export const limitsKept: Verification = {
  id: 'limits-kept',
  claim: 'It has no limits of its own.',
  decisive: false,
  shows: 'configuration',
  needs: { kubernetes: ['list limitranges'] },
  async prove(look) {
    const limits = await look.list('v1', 'limitranges');
    return limits.length > 0 ? notProven('Read: there are some.') : proven('Read: there is none.');
  },
};
`;
const PROOF_CASES = `
FREEZE_CASES.push(
  ['limits-kept', 'none', (on) => on.cluster.serve(['v1', 'LimitRange', 'limitranges']), 'proven', /none/],
  [
    'limits-kept',
    'one',
    (on) => {
      on.cluster.serve(['v1', 'LimitRange', 'limitranges']);
      on.add(inside('v1', 'LimitRange', 'limits'));
    },
    'not-proven',
    /some/,
  ],
);
`;

const right = (verb: string) => `  - apiGroups: [""]
    resources: [limitranges]
    verbs: [${verb}]
`;

let copy: ScratchCopy;
beforeAll(() => {
  const tests = ['contain', 'lib', 'clients', 'commands'].map((name) => `test/${name}`);
  copy = new ScratchCopy('bin', 'lib', 'cluster', 'cdk.json', 'package-lock.json', 'sentinel.config.yaml', ...tests);
  copy.write(STEP_FILE, STEP);
  copy.write(PROOF_FILE, PROOF);
});
afterAll(() => copy?.remove());

const failures = () => copy.failures(300, ...KEEPERS);
const compile = () => copy.compile('functions', 'test/contain/proofs', 'test/contain/note-limits*.ts');

test('a file without a row is named, and a key that no table has does not compile', () => {
  expect(failures()).toEqual([
    `each proof of ${PROOF_FILE} has a row in its index.ts`,
    `each step of ${STEP_FILE} has a row in its index.ts`,
    `the step of ${STEP_FILE} has a test in test/contain, which runs it`,
  ]);
  expect(compile()).toEqual({ [STEP_FILE]: expect.stringContaining('"noteLimits"') });
});

test('with one of its two rows, a step is named', () => {
  copy.insert('functions/contract/playbook-steps.ts', '  collectEvidence: {\n', STEP_ROW);
  expect(compile()).toEqual({});
  expect(copy.failures(50, 'test/contain/listed.test.ts')).toContain(
    'the tables of steps have a row for each step that contain runs, in its order, and no other',
  );
});

test('with the rows they are used; the rights, the tests and the lines in the docs that lack are named', () => {
  const steps = 'functions/contain/steps/index.ts';
  copy.insert(steps, 'import { removeWorkloads }', "import { noteLimits } from './note-limits.ts';\n");
  copy.insert(steps, '  collectEvidence,\n', '  noteLimits,\n');
  const proofs = 'functions/contain/proofs/index.ts';
  copy.insert(proofs, 'import { noOtherNetworkRules }', "import { limitsKept } from './limits-kept.ts';\n");
  copy.insert(proofs, '  denyAllInForce,\n', '  limitsKept,\n');
  expect(compile()).toEqual({});
  expect(failures()).toEqual(
    [
      'each proof, with what it claims and what rests on it',
      'each step of contain, in its order, with what its table says of it',
      ...['plan', 'isolate', 'remove'].map((mode) => `in the mode ${mode}, the steps that the machine comes to`),
      'the proof limits-kept has a case in which it does not hold, and one in which it does or says nothing',
      'the role of Contain may do what its steps need',
      'the roles namespace-sentinel:contain may do what its steps need',
      'the roles namespace-sentinel:probe may do what its steps need',
      `the step of ${STEP_FILE} has a test in test/contain, which runs it`,
    ].sort(),
  );
});

test('with these nothing is left to do', () => {
  copy.insert('cluster/roles/contain.yaml', '---\n', right('get'));
  copy.insert('cluster/roles/probe.yaml', '---\n', right('list'));
  copy.insert(
    'lib/playbooks/contain-function.ts',
    '    alert.allowInv',
    '    bucket.allowMarkingReleased(this.role);\n',
  );
  const marks = ['snapshots', 'configmaps'].map((kind) => `'s3:PutObjectTagging on <EvidenceBucket>/${kind}/*',\n`);
  copy.insert('test/lib/containment.test.ts', "        'iam:GetRole on ", marks.join(''));
  copy.write('test/contain/note-limits.test.ts', STEP_TEST);
  copy.append('test/contain/proofs/freeze.ts', PROOF_CASES);
  copy.insert(
    'docs/playbooks.md',
    '| Collect ev',
    '| Note limits | Notes the limits that the namespace sets its pods. | ○ | ● | ● |\n',
  );
  copy.insert(
    'docs/proofs.md',
    '| `deny-all-in-force` |',
    '| `limits-kept` | It has no limits of its own. | configuration | no | isolation, removal |\n',
  );
  expect(failures()).toEqual([]);
  expect(compile()).toEqual({});
  // Nothing else of the playbooks knew the steps and the proofs by heart.
  expect(copy.failures(700, 'test/contain')).toEqual([]);
});

test('a step or a proof that calls something else than it says is named', () => {
  copy.write(STEP_FILE, STEP.replace("rights(['get'], 'limitranges')", "rights(['get'], 'nodes')"));
  copy.write(PROOF_FILE, PROOF.replace("'list limitranges'", "'list nodes'"));
  const tests = ['needs', 'note-limits'].map((name) => `test/contain/${name}.test.ts`);
  expect(copy.failures(20, ...tests)).toEqual(
    expect.arrayContaining([
      'a namespace without limits',
      'the proof limits-kept calls what it needs, and nothing else',
      'the roles namespace-sentinel:contain grants nothing that no step needs',
      'the roles namespace-sentinel:probe grants nothing that no step needs',
    ]),
  );
});
