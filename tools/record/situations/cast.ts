/** Makes the people of a situation: IAM roles with access entries, ServiceAccounts with rights, certificates. */
import { defined } from '../../../functions/kit/defined.ts';
import type { Twin } from '../../twin/twin.ts';
import { makeRole, roleSession, serviceAccount } from '../actors.ts';
import type { Actor } from '../client.ts';
import { clusterRole, clusterRoleBinding, namespace, serviceAccountObject, subject } from '../incidents/objects.ts';
import { applyAsAdmin } from '../setup.ts';
import type { Act, Person, Situation, Who } from './situation.ts';

/** Roles that the twin has already. */
const STANDING = new Set(['Dev', 'CI', 'Viewer', 'Support', 'Admin']);

/** Addresses of the loopback network, one for each that a story names. */
export class Addresses {
  readonly #shown = new Map<string, string>();

  /** @returns the loopback address to send from, in place of the one that is shown */
  of(shown: string): string {
    for (const [loopback, known] of this.#shown) if (known === shown) return loopback;
    const loopback = `127.0.42.${this.#shown.size + 1}`;
    this.#shown.set(loopback, shown);
    return loopback;
  }

  /** The log as it would be had the clients sent from the addresses of the story. */
  shownIn(log: string): string {
    return log.replace(/"sourceIPs":\["(127\.0\.42\.\d+)"\]/g, (whole, loopback: string) =>
      whole.replace(loopback, this.#shown.get(loopback) ?? loopback),
    );
  }
}

export const actsOf = ({ before = [], creation, after = [] }: Situation): Act[] => [...before, ...creation, ...after];

const keyOf = (who: Who): string => JSON.stringify(who);

/** What has to stand before a ServiceAccount can act. */
function furnitureOf(who: Who): object[] {
  if (who === 'anonymous' || !('account' in who)) return [];
  const { account, rights, clusterRole: role } = who;
  const [space = '', name = ''] = account.split('/');
  const own = `${space}-${name}`;
  const granted = role ?? (rights ? own : undefined);
  return [
    namespace(space),
    serviceAccountObject(space, name),
    ...(rights ? [clusterRole(own, ...rights)] : []),
    ...(granted ? [clusterRoleBinding(own, granted, subject.account(space, name))] : []),
  ];
}

/** Everybody of the situation, by {@link Who}; what they rest on is made. */
export async function castOf(
  twin: Twin,
  situation: Situation,
  addresses: Addresses,
): Promise<(person: Person) => Actor> {
  const people = new Map(actsOf(situation).map(({ by }) => [keyOf(by.who), by.who]));
  const furniture = [...people.values()].flatMap(furnitureOf);
  if (furniture.length > 0) await applyAsAdmin(twin, furniture);
  const actors = new Map<string, Actor>();
  for (const [key, who] of people) actors.set(key, await actorOf(twin, who));
  return ({ who, address, userAgent }) => {
    const actor = actors.get(keyOf(who));
    if (!actor) throw new Error(`nobody is cast as ${keyOf(who)}`);
    return { ...actor, from: addresses.of(address), userAgent };
  };
}

const made = new Set<string>();

async function actorOf(twin: Twin, who: Who): Promise<Actor> {
  if (who === 'anonymous') return { kind: 'anonymous', username: 'system:anonymous', credentials: 'anonymous' };
  if ('account' in who) {
    const [space = '', name = ''] = who.account.split('/');
    return serviceAccount(twin, space, name);
  }
  if ('certificate' in who) {
    const { certificate: name, groups = [] } = who;
    const file = `cast-${name.replace(/[^a-z0-9]+/gi, '-')}`;
    await twin.certificates.issue({ name: file, commonName: name, organizations: groups });
    return { kind: 'user', username: name, credentials: twin.certificates.pair(file) };
  }
  const { role, session = 'session', groups, policy } = who;
  if (!STANDING.has(role) && !made.has(role)) {
    await makeRole(
      twin,
      role,
      defined({ groups, policy: policy && `arn:aws:eks::aws:cluster-access-policy/${policy}` }),
    );
    made.add(role);
  }
  return roleSession(twin, role, session);
}
