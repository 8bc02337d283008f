import { AWS_CHECKS } from './checks/index.ts';

/** The actions that the checks call, each once, in the order of the alphabet. */
const neededActions = (): string[] => [...new Set(AWS_CHECKS.flatMap(({ needs }) => needs))].sort();

/**
 * The IAM policy for a person who runs the checks: it reads, and changes nothing. Several of its actions know no resources, and the
 * others are asked about what may not be there.
 */
export const readOnlyPolicy = () => ({
  Version: '2012-10-17',
  Statement: [{ Sid: 'NamespaceSentinelPreflight', Effect: 'Allow', Action: neededActions(), Resource: '*' }],
});
