import { codeOf } from '../../../functions/kit/cause.ts';
import type { CommandFailure } from './failure.ts';

const SIGN_IN =
  'sign in to AWS (for IAM Identity Center: "aws sso login"), and choose the profile with AWS_PROFILE if you have several';

/** By the names that the AWS SDK and the services give their errors. */
const NAMES: readonly [name: RegExp, what: (message: string) => string, todo: string][] = [
  [/^(CredentialsProviderError|TokenProviderError)$/, (message) => `there are no AWS credentials: ${message}`, SIGN_IN],
  [
    /^(ExpiredToken|ExpiredTokenException|UnrecognizedClientException|InvalidSignatureException|InvalidClientTokenId)$/,
    (message) => `AWS does not accept the credentials: ${message}`,
    SIGN_IN,
  ],
  [
    /^AccessDenied/,
    (message) => `AWS does not allow this: ${message}`,
    'use an identity that may do this, or have the right granted',
  ],
  [
    /^(ResourceNotFoundException|NoSuchBucket)$/,
    (message) => `AWS has no such thing: ${message}`,
    'check the name (an output of the stack), the Region and the account',
  ],
];

/** AWS was not reached, or refused. */
export function awsFailure(error: unknown): CommandFailure | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, message } = error;
  if (/^Region is missing/.test(message))
    return {
      what: 'no AWS Region is known',
      todo: 'give --region, or set AWS_REGION; where there is a configuration file, its key "region" counts instead of --region',
    };
  const [, what, todo] = NAMES.find(([names]) => names.test(name)) ?? [];
  if (what && todo) return { what: what(message), todo };
  // The SDK marks what came back from a service, or on the way there.
  if (!('$metadata' in error || '$fault' in error)) return undefined;
  const code = codeOf(error);
  return code === undefined
    ? { what: `AWS refuses this: ${name}: ${message}` }
    : { what: `AWS cannot be reached (${code}: ${message})`, todo: 'check the network, proxy and Region' };
}
