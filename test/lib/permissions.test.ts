/**
 * What the roles may do: of *investigate* what its checks need, of *contain*, *probe*, *release* and *decide* what their steps need, no
 * more and no fewer; of every role on what the action can be confined to, by the Service Authorization Reference.
 */
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Stack } from 'aws-cdk-lib';
import { CHECKS } from '../../functions/checks/index.ts';
import { ACTIONS } from '../../functions/clients/aws/actions.ts';
import { DECIDE_FUNCTION_STEPS } from '../../functions/contain/decide/index.ts';
import { allNeeds, STEP_NEEDS } from '../../functions/contain/framework/needs.ts';
import { RELEASE_FUNCTION_STEPS } from '../../functions/contain/release/index.ts';
import { CONTAIN_FUNCTION_STEPS } from '../../functions/contain/steps/index.ts';
import { PROBE_FUNCTION_STEPS } from '../../functions/contain/steps/probe.ts';
import { jobsOf } from '../../functions/watch/jobs.ts';
import { objectionsTo } from './authorisation.ts';
import { fullStack, importedInto, plain, Resources } from './stacks.ts';

jest.setTimeout(60_000);

interface Granted {
  role: string;
  action: string;
  resources: string[];
}

let grants: Granted[];
/** Of a stack with two networks. */
let grantsOfNetworks: Granted[];

beforeAll(() => {
  grants = grantsIn(fullStack());
  const network = {
    vpc: 'vpc-0123456789abcdef1',
    subnets: ['subnet-0123456789abcdef1'],
    securityGroups: ['sg-0123456789abcdef1'],
  };
  grantsOfNetworks = grantsIn(
    importedInto({ clusters: [{ name: 'a' }, { name: 'b', ...network }], emails: [{ address: 'a@b.example' }] }),
  );
});

function grantsIn(stack: Stack): Granted[] {
  const resources = new Resources(stack);
  return [...resources.of('IAM::Policy'), ...resources.of('IAM::ManagedPolicy')].flatMap(({ Properties }) =>
    Properties.PolicyDocument.Statement.flatMap(
      ({ Action, Resource }: { Action: string | string[]; Resource: unknown }) =>
        [Action].flat().map((action) => ({
          role: Properties.Roles ? plain(Properties.Roles[0]) : '',
          action,
          resources: [Resource].flat().map(plain),
        })),
    ),
  );
}

describe('the role of investigate', () => {
  /** What the function does itself: write its log, hand over its result, read and write the encrypted table. */
  const OWN = /^(logs:(CreateLogStream|PutLogEvents)|lambda:InvokeFunction|kms:\w+)$/;
  const granted = () => grants.filter(({ role }) => role === '<InvestigateRole>').map(({ action }) => action);
  /** Whoever reads the cluster connects to it. */
  const neededBy = ({ needs }: (typeof CHECKS)[number]): string[] => [
    ...needs.aws,
    ...(needs.kubernetes.length > 0 ? ACTIONS.kubernetes.connect : []),
  ];

  test.each(CHECKS)('may do what the check $name needs', (check) => {
    expect(neededBy(check).filter((action) => !granted().includes(action))).toEqual([]);
  });

  test('may do nothing that no check needs', () => {
    const needed = CHECKS.flatMap(neededBy);
    expect([...new Set(granted())].filter((action) => !needed.includes(action) && !OWN.test(action))).toEqual([]);
  });
});

describe.each([
  ['first', true],
  ['second', false],
] as const)('the role of watch in the %s network', (_, first) => {
  /** What the function does itself: write its log, note its runs, use the encrypted table. */
  const OWN = /^(logs:(CreateLogStream|PutLogEvents)|kms:\w+)$/;
  /** What Lambda does in its name to connect it to a VPC; denied to its code. */
  const CONNECTION = /^ec2:/;
  const granted = () =>
    [
      ...new Set(
        grantsOfNetworks
          .filter(({ role }) => /^<Watch.*Role>$/.test(role) && (role === '<WatchRole>') === first)
          .map(({ action }) => action),
      ),
    ].filter((action) => !CONNECTION.test(action));
  const neededBy = ({ needs }: ReturnType<typeof jobsOf>[number]): string[] => [
    ...needs.aws,
    ...(needs.kubernetes.length > 0 ? ACTIONS.kubernetes.connect : []),
  ];
  /** Those of the runner: it notes when each job ran, and connects to the clusters. */
  const own: readonly string[] = [...Object.values(ACTIONS.jobRuns).flat(), ...ACTIONS.kubernetes.connect];

  test('may do what its jobs need', () => {
    const missing = jobsOf(first).flatMap((job) =>
      neededBy(job)
        .filter((action) => !granted().includes(action))
        .map((action) => `${job.id}: ${action}`),
    );
    expect(missing).toEqual([]);
  });

  test('may do nothing that no job needs', () => {
    const needed: string[] = [...jobsOf(first).flatMap(neededBy), ...own];
    expect(granted().filter((action) => !needed.includes(action) && !OWN.test(action))).toEqual([]);
  });
});

describe.each([
  ['Contain', [{ needs: STEP_NEEDS }, ...CONTAIN_FUNCTION_STEPS]],
  ['Probe', [{ needs: STEP_NEEDS }, ...PROBE_FUNCTION_STEPS]],
  ['Release', [{ needs: STEP_NEEDS }, ...RELEASE_FUNCTION_STEPS]],
  ['Decide', DECIDE_FUNCTION_STEPS],
] as const)('the role of %s', (name, steps) => {
  /** Writing its log, and reading and writing the encrypted table and bucket. */
  const OWN = /^(logs:(CreateLogStream|PutLogEvents)|kms:\w+)$/;
  const granted = () => [
    ...new Set(grants.filter(({ role }) => role === `<Containment${name}Role>`).map(({ action }) => action)),
  ];
  const needed: readonly string[] = allNeeds(...steps.map(({ needs }) => needs)).aws;

  test('may do what its steps need', () => {
    expect(needed.filter((action) => !granted().includes(action))).toEqual([]);
  });

  test('may do nothing that no step needs', () => {
    expect(granted().filter((action) => !needed.includes(action) && !OWN.test(action))).toEqual([]);
  });
});

test('each action of a policy exists, and is given on resources that it takes', async () => {
  expect(await objectionsTo(new Resources(fullStack()))).toEqual([]);
});
