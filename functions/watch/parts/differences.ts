/** Tells the health topic what differs from how it was deployed: each difference once, and what is as deployed again as well. */
import type { HealthMessages } from '../../clients/send/health-messages.ts';
import type { ChainPlace, ChainStates } from '../../clients/table/chain-states.ts';
import type { ChainState } from '../../contract/chain-state.ts';
import { linesAndMore } from '../../kit/words.ts';
import type { JobContext } from '../job.ts';

export interface DifferenceClients {
  chainStates: ChainStates;
  health: HealthMessages;
}

/** How it is told. */
export interface DifferenceWords {
  /** The subject of a message about so many differences. */
  subject(count: number): string;
  /** What it is about, before the list; and what there is to do, behind it. */
  before: string;
  todo: readonly string[];
  /** The subject where something is as deployed again. */
  over: string;
}

/** A message of SNS takes 256 KB; what is beyond so many is only counted. */
const MOST = 50;

/**
 * @param place where what was told is kept
 * @param says a sentence for each difference that there is now
 * @param words how those are told that are new; asked only where there are any
 */
export async function tellDifferences(
  place: ChainPlace,
  says: readonly string[],
  words: (fresh: readonly string[]) => Promise<DifferenceWords> | DifferenceWords,
  { clients: { chainStates, health }, now }: Pick<JobContext<DifferenceClients>, 'clients' | 'now'>,
): Promise<void> {
  const kept = await chainStates.read(place);
  const before = kept?.broken ?? {};
  const fresh = says.filter((each) => !Object.hasOwn(before, each));
  const ended = Object.values(before).filter((each) => !says.includes(each.says));
  const lines = (all: readonly string[]): string[] => linesAndMore(all, MOST).map((each) => `- ${each}`);
  const told = fresh.length + ended.length > 0 ? await words(fresh) : undefined;
  if (told && fresh.length > 0)
    await health.tell(told.subject(fresh.length), [told.before, ...lines(fresh), ...told.todo].join('\n'));
  if (told && ended.length > 0)
    await health.tell(told.over, ['This holds no longer:', ...lines(ended.map((each) => each.says))].join('\n'));
  // Told first, and then kept: who dies in between reports it twice.
  const broken = Object.fromEntries(says.map((each) => [each, before[each] ?? { since: now(), says: each }]));
  const state: ChainState = { watchedSince: kept?.watchedSince ?? now(), broken };
  if (!kept || fresh.length + ended.length > 0) await chainStates.write(place, state);
}
