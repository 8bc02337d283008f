/** A deployed stack as an account has it: its outputs, and what IAM would say of its roles, from the synthesised template. */
import { Template } from 'aws-cdk-lib/assertions';
import type { SentinelConfig } from '../../../../lib/config/config-schema.ts';
import { SentinelStack } from '../../../../lib/sentinel-stack.ts';
import { app } from '../../../lib/stacks.ts';
import { ACCOUNT, type Answer, REGION } from '../account.ts';

interface Resource {
  Type: string;
  Properties: Answer;
}

interface Statement {
  Effect: 'Allow' | 'Deny';
  Action: string | string[];
  Resource: Answer;
  Condition?: Record<string, Record<string, Answer>>;
}

export const STACK_ID = `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/NamespaceSentinel/0a1b2c3d`;
const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::AccountId': ACCOUNT,
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackId': STACK_ID,
};
const PLACE = `${REGION}:${ACCOUNT}`;
const ARNS: Readonly<Record<string, (id: string) => string>> = {
  'DynamoDB::Table': (id) => `arn:aws:dynamodb:${PLACE}:table/${id}`,
  'S3::Bucket': (id) => `arn:aws:s3:::${id}`,
  'Lambda::Function': (id) => `arn:aws:lambda:${PLACE}:function:${id}`,
  'IAM::Role': (id) => `arn:aws:iam::${ACCOUNT}:role/${id}`,
  'IAM::ManagedPolicy': (id) => `arn:aws:iam::${ACCOUNT}:policy/${id}`,
  'SNS::Topic': (id) => `arn:aws:sns:${PLACE}:${id}`,
  'SQS::Queue': (id) => `arn:aws:sqs:${PLACE}:${id}`,
  'KMS::Key': (id) => `arn:aws:kms:${PLACE}:key/${id}`,
  'Logs::LogGroup': (id) => `arn:aws:logs:${PLACE}:log-group:${id}:*`,
  'StepFunctions::StateMachine': (id) => `arn:aws:states:${PLACE}:stateMachine:${id}`,
};
/** What `Ref` gives is the ARN. */
const BY_ARN = ['SNS::Topic', 'IAM::ManagedPolicy', 'StepFunctions::StateMachine'];

export class Deployment {
  readonly outputs: Map<string, string>;
  readonly #resources: Record<string, Resource>;

  constructor(config: SentinelConfig) {
    const template = Template.fromStack(new SentinelStack(app(), 'Stack', { config })).toJSON();
    this.#resources = template['Resources'];
    const outputs = template['Outputs'] as Record<string, { Value: unknown }>;
    this.outputs = new Map(Object.entries(outputs).map(([key, { Value }]) => [key, this.#text(Value)]));
  }

  /** The definitions of the state machines, by ARN. */
  get definitions(): Map<string, string> {
    return new Map(
      this.#of('StepFunctions::StateMachine').map(([id, { Properties }]) => [
        this.#arn(id),
        this.#text(Properties.DefinitionString),
      ]),
    );
  }

  get stackResources(): object[] {
    return Object.entries(this.#resources).map(([LogicalResourceId, { Type: ResourceType }]) => ({
      LogicalResourceId,
      ResourceType,
      PhysicalResourceId: `${LogicalResourceId}-1`,
    }));
  }

  /** Takes a statement out of the policies, or puts one into the role's. */
  change(change: (statements: Statement[], role: string) => Statement[]): void {
    for (const { Properties } of this.#policies())
      Properties.PolicyDocument.Statement = change(
        Properties.PolicyDocument.Statement,
        this.#text((Properties.Roles ?? [''])[0]),
      );
  }

  /** `iam:SimulatePrincipalPolicy`. */
  simulate({ PolicySourceArn, ActionNames, ResourceArns, ContextEntries = [] }: Answer): Answer {
    const role = PolicySourceArn.split('/').at(-1);
    const context = new Map<string, string[]>(
      ContextEntries.map(({ ContextKeyName, ContextKeyValues }: Answer) => [ContextKeyName, ContextKeyValues]),
    );
    const statements = this.#policies()
      .filter(({ Properties }) => (Properties.Roles ?? []).some((each: unknown) => this.#text(each) === role))
      .flatMap(({ Properties }): Statement[] => Properties.PolicyDocument.Statement);
    if (statements.length === 0) throw new Error(`the stack has no policy for ${role}`);
    const EvaluationResults = ActionNames.map((action: string) => {
      const meant = statements.filter((each) => this.#meets(each, action, ResourceArns[0], context));
      const isDenied = meant.some(({ Effect }) => Effect === 'Deny');
      const EvalDecision = isDenied ? 'explicitDeny' : meant.length > 0 ? 'allowed' : 'implicitDeny';
      return { EvalActionName: action, EvalResourceName: ResourceArns[0], EvalDecision };
    });
    return { EvaluationResults };
  }

  #policies(): Resource[] {
    return [...this.#of('IAM::Policy'), ...this.#of('IAM::ManagedPolicy')].map(([, resource]) => resource);
  }

  #of(type: string): [string, Resource][] {
    return Object.entries(this.#resources).filter(([, { Type }]) => Type === `AWS::${type}`);
  }

  #meets(
    { Action, Resource: on, Condition = {} }: Statement,
    action: string,
    resource: string,
    context: Map<string, string[]>,
  ): boolean {
    const texts = (value: Answer): string[] => [value].flat().map((each) => this.#text(each));
    return (
      texts(Action).some((pattern) => like(pattern, action)) &&
      texts(on).some((pattern) => like(pattern, resource)) &&
      Object.entries(Condition).every(([operator, keys]) =>
        Object.entries(keys).every(([key, wanted]) => holds(operator, texts(wanted), context.get(key))),
      )
    );
  }

  #arn(id: string): string {
    const make = ARNS[this.#resources[id]?.Type.replace('AWS::', '') ?? ''];
    if (!make) throw new Error(`no form of an ARN is known for ${id}`);
    const { StateMachineName: name } = this.#resources[id]?.Properties ?? {};
    return make(name === undefined ? id : this.#text(name));
  }

  #text(value: Answer): string {
    if (typeof value === 'string') return value;
    const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value;
    if (join) return join[1].map((each: Answer) => this.#text(each)).join(join[0]);
    if (attribute)
      return attribute[1] === 'Name' || attribute[1] === 'QueueName' ? attribute[0] : this.#arn(attribute[0]);
    const pseudo = PSEUDO[ref];
    if (pseudo !== undefined) return pseudo;
    const type = this.#resources[ref]?.Type.replace('AWS::', '') ?? '';
    if (type === 'SQS::Queue') return `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${ref}`;
    return BY_ARN.includes(type) ? this.#arn(ref) : ref;
  }
}

const like = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  ).test(text);

/** A condition operator of IAM, as far as the policies use them. @param values of the request; undefined where it has no such key */
function holds(operator: string, wanted: readonly string[], values: readonly string[] | undefined): boolean {
  switch (operator) {
    case 'Null':
      return wanted.includes(String(values === undefined));
    case 'ForAllValues:StringLike':
      return (values ?? []).every((value) => wanted.some((pattern) => like(pattern, value)));
    case 'ForAllValues:StringNotLike':
      return (values ?? []).every((value) => !wanted.some((pattern) => like(pattern, value)));
    case 'StringEquals':
      return (values ?? []).some((value) => wanted.includes(value));
    case 'ArnLike':
      return (values ?? []).some((value) => wanted.some((pattern) => like(pattern, value)));
    default:
      throw new Error(`the condition operator ${operator} is not known here`);
  }
}
