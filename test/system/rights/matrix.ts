/** Every verb on every kind and subresource, tried as each identity of ours in each kind of namespace. */
import { type Attempt, EVERYBODY, everyAttempt } from '../attempts.ts';
import { IDENTITIES, type IdentityName, namespaceOf, PLACES, type Place } from './attack.ts';
import { samplesOf } from './samples.ts';
import type { RightsScene } from './scene.ts';

export type Verdict = 'yes' | 'ours' | 'nobody’s' | 'no';

/** What an identity holds by RBAC, and what the policies let it do with that. */
export interface Held {
  verb: string;
  /** As `deployments.apps`; of the core group without a dot. */
  kind: string;
  namespaced: boolean;
  /** What came of it in each place; of a verb that reads, `yes` where RBAC allows it. */
  verdicts: Readonly<Record<Place, Verdict>>;
}

export interface Matrix {
  /** How many requests RBAC was asked by. */
  tried: number;
  held: Readonly<Record<IdentityName, Held[]>>;
}

const READS = ['get', 'list', 'watch'];
const places = Object.keys(PLACES) as Place[];

/** Runs the work side by side. */
async function together<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}

const rightOf = ({ verb, resource, group }: Attempt): string => `${verb} ${resource}.${group}`;
const isPolicy = (text: string): boolean => text.includes('ValidatingAdmissionPolicy');

/** @throws when a right differs between namespaces, or a sample fails for another reason than a policy */
export async function tryEverything({ ask, uids }: RightsScene): Promise<Matrix> {
  const asAdmin = (request: Attempt['request']) => ask('admin', request);
  const attempts = new Map<Place, Attempt[]>();
  for (const place of places) attempts.set(place, await everyAttempt(asAdmin, namespaceOf(place)));
  const inside = ({ request }: Attempt, place: Place) => request.path.includes(`/namespaces/${namespaceOf(place)}/`);
  let tried = 0;

  const heldBy = async (who: IdentityName): Promise<Held[]> => {
    const granted = new Map<string, Set<Place>>();
    const all = places.flatMap((place) =>
      (attempts.get(place) ?? [])
        .filter((attempt) => place === 'free' || inside(attempt, place))
        .map((attempt) => ({ attempt, place })),
    );
    tried += all.length;
    const namespaced = new Set<string>();
    await together(all, async ({ attempt, place }) => {
      const { code, text } = await ask(who, attempt.request);
      if (inside(attempt, place)) namespaced.add(rightOf(attempt));
      // Nobody can read the binding of a pod, for example.
      const isServed = code !== 405 && !text.includes('could not find the requested resource');
      if (!isServed || (code === 403 && !isPolicy(text))) return;
      const right = rightOf(attempt);
      granted.set(right, (granted.get(right) ?? new Set()).add(place));
    });
    const held: Held[] = [];
    for (const right of EVERYBODY) granted.delete(right);
    for (const [right, where] of [...granted].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const isNamespaced = namespaced.has(right);
      if (isNamespaced && where.size !== places.length)
        throw new Error(`${who} may ${right} in ${[...where].join(', ')} only: no role of ours says so`);
      const [verb = '', kind = ''] = right.split(' ');
      const verdicts = {} as Record<Place, Verdict>;
      for (const place of places) verdicts[place] = READS.includes(verb) ? 'yes' : await used(right, who, place);
      held.push({ verb, kind: kind.replace(/\.$/, ''), namespaced: isNamespaced, verdicts });
    }
    return held;
  };

  /** Whether the policies let it be used there, for real. */
  const used = async (right: string, who: IdentityName, place: Place): Promise<Verdict> => {
    for (const { of, request } of samplesOf(right, who, place, uids)) {
      const { code, text } = await ask(who, request);
      if (code < 300) return of ?? 'yes';
      if (code !== 403 || !isPolicy(text))
        throw new Error(`${who}, ${right} in ${namespaceOf(place)}: ${code} ${text.slice(0, 500)}`);
    }
    return 'no';
  };

  const held = {} as Record<IdentityName, Held[]>;
  for (const who of IDENTITIES) held[who] = await heldBy(who);
  return { tried, held };
}
