import { type ContextEntry, type EvaluationResult, paginateSimulatePrincipalPolicy } from '@aws-sdk/client-iam';
import { andMore, counted } from '../../../../../functions/kit/words.ts';
import { notAsked } from '../each.ts';
import type { LiveContext, LiveProbe, Observation } from '../probe.ts';
import { type RoleRequest, type RoleRequests, roleRequests } from '../role-requests.ts';

/** What the policies of the stack's roles allow and refuse, by the judgement of IAM itself. */
export const roleRights: LiveProbe = {
  id: 'role-rights',
  question: 'Does IAM allow each role what its function needs, and nothing that an intruder would want?',
  needs: ['iam:SimulatePrincipalPolicy'],
  claims: ['roles-allowed', 'roles-confined'],
  async run(context) {
    const all: Observation[] = [];
    for (const requests of roleRequests(context)) {
      context.waitFor(`Asking IAM about the role of ${requests.kind}`);
      const found = await judge(context, requests).catch((error: unknown) => notAsked(roleRights, error));
      all.push(...found.map((observed) => ({ ...observed, says: `${requests.functionName}: ${observed.says}` })));
    }
    if (all.length > 0) return all;
    const says = 'The outputs of the stack name no function with its role.';
    return roleRights.claims.map((claim) => ({ claim, verdict: 'not-asked', says, todo: 'deploy the configuration' }));
  },
};

async function judge(context: LiveContext, { roleArn, needed, forbidden }: RoleRequests): Promise<Observation[]> {
  const may = await simulate(context, roleArn, needed);
  const mayNot = await simulate(context, roleArn, forbidden);
  const refused = may.filter(({ decision }) => decision.EvalDecision !== 'allowed');
  const allowed = mayNot.filter(({ decision }) => decision.EvalDecision === 'allowed');
  return [
    refused.length === 0
      ? {
          claim: 'roles-allowed',
          verdict: 'proven',
          says: `all of the ${counted(may.length, 'action')} that it needs are allowed.`,
        }
      : {
          claim: 'roles-allowed',
          verdict: 'contradicted',
          says: `refused is what it needs: ${andMore(refused.map(inWords), 8)}.`,
          todo: 'see whether a boundary, a policy of the organisation or somebody’s change of the role refuses it; else report it',
        },
    allowed.length === 0
      ? {
          claim: 'roles-confined',
          verdict: 'proven',
          says: `none of ${counted(mayNot.length, 'action')} that an intruder would want is allowed.`,
        }
      : {
          claim: 'roles-confined',
          verdict: 'contradicted',
          says: `allowed is what it must not do: ${andMore(allowed.map(inWords), 8)}.`,
          todo: 'find out in CloudTrail who changed the role, and deploy the configuration again',
        },
  ];
}

interface Judged {
  request: RoleRequest;
  decision: EvaluationResult;
}

function inWords({ request: { action, resource }, decision }: Judged): string {
  const by =
    decision.OrganizationsDecisionDetail?.AllowedByOrganizations === false
      ? ', by a policy of the organisation'
      : decision.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false
        ? ', by a permissions boundary'
        : '';
  return `${action} on ${resource} (${decision.EvalDecision}${by})`;
}

/** Requests on the same thing and of the same context are one question. */
async function simulate(
  { view: { clients }, signal }: LiveContext,
  PolicySourceArn: string,
  requests: readonly RoleRequest[],
): Promise<Judged[]> {
  const groups = Map.groupBy(requests, ({ resource, leadingKey }) => JSON.stringify([resource, leadingKey]));
  const judged: Judged[] = [];
  for (const group of groups.values()) {
    const [{ resource, leadingKey }] = group as [RoleRequest];
    const question = {
      PolicySourceArn,
      ActionNames: group.map(({ action }) => action),
      ResourceArns: [resource],
      ContextEntries: contextOf(leadingKey),
    };
    const found: EvaluationResult[] = [];
    for await (const page of paginateSimulatePrincipalPolicy({ client: clients.iam }, question, {
      abortSignal: signal,
    }))
      found.push(...(page.EvaluationResults ?? []));
    for (const request of group) {
      const decision = found.find(
        ({ EvalActionName }) => EvalActionName?.toLowerCase() === request.action.toLowerCase(),
      );
      if (!decision)
        throw new Error(`IAM judged ${counted(group.length, 'action')}, and did not say what of ${request.action}`);
      judged.push({ request, decision });
    }
  }
  return judged;
}

const contextOf = (leadingKey: string | undefined): ContextEntry[] =>
  leadingKey === undefined
    ? []
    : [{ ContextKeyName: 'dynamodb:LeadingKeys', ContextKeyType: 'stringList', ContextKeyValues: [leadingKey] }];
