import { RECORD_NEEDS } from '../framework/needs.ts';
import { fewNames, notApplicable, notProven, type Verification } from './proof.ts';

const ROLE = 'eks.amazonaws.com/role-arn';

/** Not decisive: IAM is a person's to change. The step *Cut identity* proposes how. */
export const irsaRoles: Verification = {
  id: 'irsa-roles',
  claim: 'No IAM role trusts its accounts.',
  decisive: false,
  shows: 'configuration',
  needs: RECORD_NEEDS,
  async prove(look) {
    const roles = (await look.before('ServiceAccount')).flatMap(({ metadata }) => metadata.annotations?.[ROLE] ?? []);
    if (roles.length === 0) return notApplicable('Read: none of its accounts was annotated with an IAM role.');
    return notProven(
      `Not tested: ${fewNames([...new Set(roles)])}. Tokens for AWS outlive their account, by 24 hours as a rule: the role has to refuse them.`,
    );
  },
};
