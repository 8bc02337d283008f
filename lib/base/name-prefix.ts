import { type Stack, Token } from 'aws-cdk-lib';

/** So much of a stack's name stands in the generated names in any case. */
const LONGEST_KEPT = 20;

/** How the names begin that CloudFormation chooses: with that of the stack, which it shortens where it is long. */
export const namePrefix = ({ stackName }: Stack): string =>
  Token.isUnresolved(stackName) || stackName.length <= LONGEST_KEPT
    ? `${stackName}-`
    : stackName.slice(0, LONGEST_KEPT);
