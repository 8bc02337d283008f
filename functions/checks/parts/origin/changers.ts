/** Who changed an object that deploys others, by the audit log: a person, or the tool that deploys the deployer. */

import { utc } from '../../../kit/instant.ts';
import { serviceAccountOf } from '../../../kubernetes/names/kubernetes.ts';
import type { CheckContext } from '../../check.ts';
import { auditEntries, wasDone } from '../audit-entry.ts';
import type { Contact } from '../contacts.ts';
import { askLogs } from '../log-questions.ts';
import { plain } from '../plain-line.ts';
import { nameOf } from '../same-actor.ts';
import { ORIGINS } from './index.ts';
import type { ChainLink } from './object-chain.ts';

/** A busy controller writes its own objects' state often: the newest of others are among these. */
const LIMIT = 200;
const VERBS = ['create', 'update', 'patch'];

/**
 * Those who made or changed the objects in the window of the investigation, the newest first. The tools' own controllers and
 * servers are left out: they write what others asked of them.
 *
 * @throws NotAsked when the audit log cannot be asked
 */
export async function changersOf(chain: readonly ChainLink[], context: CheckContext): Promise<Contact[]> {
  const names = chain.flatMap(({ object }) => object.metadata.name ?? []);
  if (names.length === 0) return [];
  const groups = [...new Set(chain.map(({ origin }) => origin.group))];
  const where = {
    all: [
      { field: 'objectRef.apiGroup', in: groups },
      { field: 'objectRef.name', in: names },
      { field: 'verb', in: VERBS },
    ],
  };
  const { entries } = await askLogs(context, 'audit', where, { limit: LIMIT });
  const changes = auditEntries(entries)
    .filter((entry) => wasDone(entry) && !entry.resource.includes('/') && !isTool(entry.user.username))
    .filter(({ group, namespace, name }) =>
      chain.some(
        ({ origin, object: { metadata } }) =>
          origin.group === group && metadata.name === name && metadata.namespace === namespace,
      ),
    );
  return changes.reverse().map(({ user, impersonated, verb, resource, name = '', at }) => ({
    contact: plain(impersonated?.username ?? nameOf(user), 200),
    why: `the audit log has that they sent "${verb} ${resource} ${name}" at ${utc(new Date(at).toISOString()) ?? 'an unknown time'}`,
  }));
}

function isTool(username: string | undefined): boolean {
  const account = serviceAccountOf(username);
  return (
    account !== undefined &&
    (account.name.endsWith('argocd-server') ||
      Object.values(ORIGINS).some((origin) => origin.isController(account.name)))
  );
}
