import { codeOf } from '../../../../functions/kit/cause.ts';
import { awsFailure } from '../../failure/aws.ts';
import type { Answer, IamAction } from './check.ts';

/** By which AWS services and IAM tell that a right is missing. */
const DENIED = /^(AccessDenied|UnauthorizedOperation|AuthorizationError|NotAuthorized)/;
/** Faults of the identity as a whole: no other question would be answered either. */
const IDENTITY =
  /^(CredentialsProviderError|TokenProviderError|ExpiredToken|UnrecognizedClient|InvalidSignature|InvalidClientTokenId|AuthFailure)/;
/** The right, in the message of IAM. */
const PERFORM = /not authorized to perform:? ([a-z0-9-]+:[A-Za-z]+)/;

/**
 * What a question without an answer comes to: `not-checked`, with the reason.
 *
 * @param needs the actions of the check, one of which may be missing
 * @throws {Error} the error itself, where no question would be answered, or where it is a fault of this program
 */
export function unanswered(error: unknown, needs: readonly IamAction[]): Answer {
  const { name = '', message = '' } = Object(error) as { name?: string; message?: string };
  if (IDENTITY.test(name)) throw error;
  if (DENIED.test(name)) {
    const [, action = needs.join(', ')] = PERFORM.exec(message) ?? [];
    return { status: 'not-checked', says: `AWS does not allow this to be seen: grant ${action}.`, todo: GRANT };
  }
  const code = codeOf(error);
  if ((code !== undefined && /^E[A-Z_]+$|TIMEOUT/.test(code)) || /^(TimeoutError|AbortError)$/.test(name))
    return {
      status: 'not-checked',
      says: `The service cannot be reached (${code ?? name}: ${message}).`,
      todo: 'check the network, proxy and Region, and repeat the command',
    };
  const failure = awsFailure(error);
  if (!failure) throw error;
  return { status: 'not-checked', says: `${name}: ${message}`, todo: failure.todo ?? 'repeat the command in a moment' };
}

const GRANT = 'have the policy that "sentinel preflight --policy" prints granted to your identity';
