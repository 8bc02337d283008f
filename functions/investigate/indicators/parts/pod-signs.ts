import type { WorkloadSign } from '../../../checks/parts/workload-signs/index.ts';
import { firstOf, listed } from '../../../kit/words.ts';
import type { DetailsOf } from '../../rule.ts';

/** Checks that show what pods are: those that are there, and by the audit log those that were. */
export const POD_CHECKS = ['workloads', 'namespace-activity'] as const;
type PodCheck = (typeof POD_CHECKS)[number];

/** Workloads that show one of the signs. */
interface Shown {
  /** What is there goes before what was. */
  check: PodCheck;
  /** Each as a person calls it, with the signs: `Pod x1 (privileged)`. */
  named: string;
  /** The first of them without its signs, and how many more there are. */
  first: string;
  /** How many pods there are of them, or how many objects where that is not known. */
  pods: number;
  signs: ReadonlySet<string>;
}

/**
 * What shows one of these signs, of what is there, and by the audit log of what was.
 *
 * @param words what each sign is called
 */
export function podsWith(
  { workloads: live, 'namespace-activity': activity }: DetailsOf<PodCheck>,
  words: Partial<Record<WorkloadSign, string>>,
): Shown | undefined {
  const isOne = (sign: string | undefined): sign is WorkloadSign => sign !== undefined && Object.hasOwn(words, sign);
  const running = (live?.workloads ?? []).flatMap(({ kind, name, pods = 1, signs: found }) => {
    const signs = found.map(({ sign }) => sign).filter(isOne);
    return signs.length > 0 ? [{ name: `${kind} ${name}`, pods: Math.max(1, pods), signs, note: '' }] : [];
  });
  const objects = new Map<string, WorkloadSign[]>();
  for (const { sign, on } of activity?.signs ?? [])
    if (isOne(sign)) objects.set(on, [...(objects.get(on) ?? []), sign]);
  const names = new Set(running.map(({ name }) => name));
  const logged = [...objects]
    .filter(([name]) => !names.has(name))
    .map(([name, signs]) => ({ name, pods: 1, signs, note: ', according to the audit log' }));
  const all = [...running, ...logged];
  if (all.length === 0) return undefined;
  return {
    check: running.length > 0 ? 'workloads' : 'namespace-activity',
    named: listed(
      all.map(
        ({ name, signs, note }) =>
          `${name} (${listed(
            signs.flatMap((sign) => words[sign] ?? []),
            6,
          )}${note})`,
      ),
    ),
    first: firstOf(all.map(({ name }) => name)),
    pods: all.reduce((sum, { pods }) => sum + pods, 0),
    signs: new Set(all.flatMap(({ signs }) => signs)),
  };
}
