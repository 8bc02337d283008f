/** In what a role is not as the deployment made it. */
import type { PolicyDocument, RoleState } from '../../contract/deployment.ts';
import { statementsBeyond, statementWords } from './policy-statements.ts';
import { shown } from './shown.ts';

/** A policy with thousands of characters is named by what it begins with. */
const WORDS = 300;

/**
 * @param live undefined where IAM does not know the role
 * @returns a sentence for each difference, with names and no values of conditions; whoever may change a role chooses them
 */
export function roleDifferences(deployed: RoleState, live: RoleState | undefined): string[] {
  const role = `The role ${shown(deployed.name)}`;
  if (!live) return [`${role} is gone.`];
  return [
    ...policyDifferences(`${role}: its trust policy`, deployed.trust, live.trust),
    ...inlineDifferences(role, deployed, live),
    ...attachedDifferences(role, deployed, live),
    ...(deployed.boundary === live.boundary
      ? []
      : [`${role} has ${boundary(live.boundary)}, and was deployed with ${boundary(deployed.boundary)}.`]),
  ];
}

const boundary = (arn: string | undefined): string =>
  arn === undefined ? 'no permissions boundary' : `the permissions boundary ${shown(arn)}`;

function policyDifferences(what: string, deployed: PolicyDocument, live: PolicyDocument): string[] {
  const words = (statement: Record<string, unknown>): string => shown(statementWords(statement), WORDS);
  return [
    ...statementsBeyond(live, deployed).map((each) => `${what} says what was not deployed: ${words(each)}.`),
    ...statementsBeyond(deployed, live).map((each) => `${what} does not say any more: ${words(each)}.`),
  ];
}

function inlineDifferences(role: string, deployed: RoleState, live: RoleState): string[] {
  const names = [...new Set([...Object.keys(deployed.inline), ...Object.keys(live.inline)])];
  return names.flatMap((name) => {
    const [was, is] = [deployed, live].map(({ inline }) => (Object.hasOwn(inline, name) ? inline[name] : undefined));
    const policy = `inline policy ${shown(name)}`;
    if (!is) return [`${role} has its ${policy} no more.`];
    if (was) return policyDifferences(`${role}: its ${policy}`, was, is);
    const says = statementsBeyond(is, {}).map(statementWords).join('; ');
    return [`${role} has the ${policy}, which was not deployed with it: ${shown(says, WORDS)}.`];
  });
}

function attachedDifferences(role: string, deployed: RoleState, live: RoleState): string[] {
  const documents = new Map(live.managed.map(({ arn, document }) => [arn, document]));
  return [
    ...live.attached
      .filter((arn) => !deployed.attached.includes(arn))
      .map((arn) => `${role} has the managed policy ${shown(arn)}, which was not deployed with it.`),
    ...deployed.attached
      .filter((arn) => !live.attached.includes(arn))
      .map((arn) => `${role} has the managed policy ${shown(arn)} no more.`),
    ...deployed.managed.flatMap(({ arn, document }) => {
      const is = documents.get(arn);
      return is ? policyDifferences(`${role}: its managed policy ${shown(arn)}`, document, is) : [];
    }),
  ];
}
