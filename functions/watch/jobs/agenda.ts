/** Takes up what is due: findings that did not end in an alert, and further looks at those that did. */

import type { Investigator } from '../../clients/send/investigator.ts';
import type { Agenda, Due } from '../../clients/table/findings-table.ts';
import type { InvestigationRequest } from '../../contract/investigation.ts';
import { MINUTE_MS } from '../../contract/schedule.ts';
import { defined } from '../../kit/defined.ts';
import type { Job, WatchSettings } from '../job.ts';
import { fairShare } from '../parts/shares.ts';

export interface AgendaClients {
  table: Agenda;
  investigator: Investigator;
}

/** What became of the agenda, counted. */
export interface AgendaSummary {
  /** Findings without an alert, handed to *investigate* again. */
  takenUp: number;
  /** Further looks begun. */
  looks: number;
  /** Tried too often: nothing more is done about them. */
  givenUp: number;
  /** Taken by somebody else, or done, in the meantime. */
  gone: number;
  /** Could not be handled; they come back by themselves. */
  failed: number;
  /** There was more than one run may take. */
  more: boolean;
}

/** The first pause before something comes back that was taken in vain: longer than investigation and alert may take. */
const FIRST_PAUSE_MS = 10 * MINUTE_MS;
const LONGEST_PAUSE_MS = 6 * 60 * MINUTE_MS;

/** Together with the pauses: an alert is attempted for about a day and a half, a further look for two hours and a half. */
const MAX_TRIES = { alert: 10, look: 4 };

/** How many of the newest entries a run chooses from: many times what it takes, so that a flood hides nobody. */
const CANDIDATES = 10_000;
/** The part of a run that further looks may always have. */
const LOOKS_PART = 0.25;
/**
 * What was deferred comes on top, by this part of a run: ten thousand of one flood take six hours. Its investigations cost little,
 * because the share of the logs that its actor has is spent.
 */
const DEFERRED_PART = 1.5;

/**
 * What has not been alerted goes before further looks, but leaves them a part; what was deferred takes nothing from either. Of
 * each, every actor and cluster has a fair share.
 */
async function chosen(table: Agenda, most: number): Promise<{ work: Due[]; more: boolean }> {
  const [alerts = [], looks = [], deferred = []] = await Promise.all(
    (['alert', 'look', 'deferred'] as const).map((agenda) => table.due(agenda, CANDIDATES)),
  );
  const forLooks = Math.min(looks.length, Math.ceil(most * LOOKS_PART));
  const first = fairShare(alerts, most - forLooks);
  const second = fairShare(looks, most - first.length);
  const work = [...first, ...second, ...fairShare(deferred, Math.ceil(most * DEFERRED_PART))];
  return { work, more: work.length < alerts.length + looks.length + deferred.length };
}

/** Invocations begun side by side. */
const WIDTH = 10;

/**
 * @param failed is told about each that could not be handled; the others go on
 * @throws when the agenda cannot be read
 */
export async function takeUpDue(
  { table, investigator }: AgendaClients,
  { maxPerRun }: Pick<WatchSettings, 'maxPerRun'>,
  now: () => number,
  failed: (id: string, error: unknown) => void,
): Promise<AgendaSummary> {
  const { work, more } = await chosen(table, maxPerRun);
  const summary: AgendaSummary = { takenUp: 0, looks: 0, givenUp: 0, gone: 0, failed: 0, more };
  for (let start = 0; start < work.length; start += WIDTH) {
    const batch = work.slice(start, start + WIDTH);
    const results = await Promise.allSettled(batch.map(({ id, tries }) => handle(id, tries)));
    for (const [index, result] of results.entries()) {
      if (result.status === 'fulfilled') summary[result.value]++;
      else {
        summary.failed++;
        failed(batch[index]?.id ?? '', result.reason);
      }
    }
  }
  return summary;

  async function handle(id: string, tries: number): Promise<'takenUp' | 'looks' | 'givenUp' | 'gone'> {
    const taken = await table.take(id, now() + Math.min(FIRST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS));
    if (!taken) return 'gone';
    const { finding, look, told } = taken;
    if (!finding || tries >= MAX_TRIES[look === 0 ? 'alert' : 'look']) {
      await table.letGo(id);
      return 'givenUp';
    }
    const request: InvestigationRequest = look === 0 ? { finding } : { finding, look, ...defined({ previous: told }) };
    await investigator.start(request);
    return look === 0 ? 'takenUp' : 'looks';
  }
}

export const agenda: Job<AgendaClients, 'agenda'> = {
  id: 'agenda',
  scope: 'stack',
  everyMinutes: 5,
  deadlineMs: 60_000,
  needs: { aws: ['dynamodb:Query', 'dynamodb:UpdateItem', 'lambda:InvokeFunction'], kubernetes: [] },
  async run({ clients, settings, now, failed, problem }) {
    const summary = await takeUpDue(clients, settings, now, (id, error) => failed(`finding ${id}`, error));
    if (summary.givenUp > 0) problem('alert-missing', summary.givenUp);
    return { ...summary };
  },
};
