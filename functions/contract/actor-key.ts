import type { Actor } from './finding.ts';

/**
 * Identifies an actor across requests and sessions: the IAM principal, else the username. The client's address is
 * left out on purpose: whoever can change it could multiply alerts.
 */
export const actorKey = (actor: Actor): string => actor.principalArn ?? actor.username ?? actor.kind;
