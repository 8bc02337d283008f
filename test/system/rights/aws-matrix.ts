/** Every call of the catalogue, as each role, and what came of it. */
import type { Call } from './aws-call.ts';
import type { AwsClients } from './aws-clients.ts';

/** Names of the errors by which services refuse whoever has no permission. */
const DENIED =
  /^(AccessDenied|AccessDeniedException|AuthorizationError|AuthorizationErrorException|UnauthorizedOperation)$/;

/** The call, as it stands in tables. */
export const nameOf = ({ action, on }: Call): string => `${action} on ${on}`;

async function isRefused(call: Call, clients: AwsClients): Promise<boolean> {
  try {
    await call.send(clients);
    return false;
  } catch (error) {
    // Whatever else is wrong with it, such as a name that is not there, was found after the permission.
    return error instanceof Error && DENIED.test(error.name);
  }
}

/** @returns the calls that were not refused */
export async function allowedOf(calls: readonly Call[], clients: AwsClients): Promise<Call[]> {
  const allowed: Call[] = [];
  let next = 0;
  const worker = async () => {
    for (let call = calls[next++]; call; call = calls[next++])
      if (!(await isRefused(call, clients))) allowed.push(call);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return calls.filter((call) => allowed.includes(call));
}
