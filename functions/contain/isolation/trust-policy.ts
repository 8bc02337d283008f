/** What a role's trust policy says about a service account (IRSA), or about another role. */
import { list, record, records, texts } from '../../kit/json.ts';
import { matches } from '../../kit/wildcard.ts';

/** A service account as a trust policy names it. */
export interface WebIdentity {
  /** ARN of the cluster's OIDC provider. */
  provider: string;
  /** The issuer without its scheme: its condition keys begin with it. */
  issuer: string;
  /** `system:serviceaccount:<namespace>:<name>`. */
  subject: string;
}

/**
 * Whether a statement of the policy lets the account assume the role. A condition about the subject that is not understood
 * counts as one that the account does not meet.
 */
export const trustsAccount = (policy: Record<string, unknown>, identity: WebIdentity): boolean =>
  allowing(policy, 'sts:AssumeRoleWithWebIdentity').some(
    (statement) =>
      texts(listed(record(statement['Principal'])['Federated'])).includes(identity.provider) &&
      subjectConditions(statement, identity).every(({ operator, values }) => meets(operator, values, identity.subject)),
  );

/** Whether a statement of the policy lets another role assume this one. */
export const trustsRole = (policy: Record<string, unknown>, roleArn: string): boolean =>
  allowing(policy, 'sts:AssumeRole').some((statement) =>
    texts(listed(record(statement['Principal'])['AWS'])).includes(roleArn),
  );

/** The policy with a statement that refuses the account, whatever else lets it in. */
export function withRefusal(
  policy: Record<string, unknown>,
  { provider, issuer, subject }: WebIdentity,
): Record<string, unknown> {
  const refusal = {
    Effect: 'Deny',
    Principal: { Federated: provider },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringEquals: { [`${issuer}:sub`]: subject } },
  };
  return { ...policy, Statement: [...statements(policy), refusal] };
}

/** IAM takes one where it takes a list. */
const listed = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? list(value) : [value]);

const statements = ({ Statement }: Record<string, unknown>): Record<string, unknown>[] => records(listed(Statement));

const allowing = (policy: Record<string, unknown>, action: string): Record<string, unknown>[] =>
  statements(policy).filter(
    ({ Effect, Action }) =>
      Effect === 'Allow' && texts(listed(Action)).some((each) => matches(action.toLowerCase(), each.toLowerCase())),
  );

function subjectConditions(
  { Condition }: Record<string, unknown>,
  { issuer }: WebIdentity,
): { operator: string; values: string[] }[] {
  return Object.entries(record(Condition)).flatMap(([operator, keys]) =>
    Object.entries(record(keys))
      .filter(([key]) => key.toLowerCase() === `${issuer}:sub`.toLowerCase())
      .map(([, value]) => ({ operator: operator.replace(/^ForAnyValue:/, ''), values: texts(listed(value)) })),
  );
}

function meets(operator: string, values: readonly string[], subject: string): boolean {
  if (operator === 'StringEquals') return values.includes(subject);
  return operator === 'StringLike' && values.some((value) => matches(subject, value));
}
