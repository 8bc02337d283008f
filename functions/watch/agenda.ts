/** Takes up what is due: findings that did not end in an alert, and further looks at those that did. */

import type { Investigator } from '../clients/send/investigator.ts';
import type { Agenda } from '../clients/table/findings-table.ts';
import type { InvestigationRequest } from '../contract/investigation.ts';
import { defined } from '../kit/defined.ts';

export interface WatchClients {
  table: Agenda;
  investigator: Investigator;
}

export interface WatchSettings {
  /** So many are taken in one run at most; the others wait for the next one. */
  maxPerRun: number;
}

/** What became of the agenda, counted. */
export interface WatchSummary {
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

const MINUTE_MS = 60_000;
/** The first pause before something comes back that was taken to no end: longer than investigation and alert may take. */
const FIRST_PAUSE_MS = 10 * MINUTE_MS;
const LONGEST_PAUSE_MS = 6 * 60 * MINUTE_MS;

/** Together with the pauses: an alert is attempted for about a day and a half, a further look for two hours and a half. */
const MAX_TRIES = { alert: 10, look: 4 };

/** Invocations begun side by side. */
const WIDTH = 10;

/**
 * @param failed is told of each that could not be handled; the others go on
 * @throws when the agenda cannot be read
 */
export async function takeUpDue(
  { table, investigator }: WatchClients,
  { maxPerRun }: WatchSettings,
  now: () => number,
  failed: (id: string, error: unknown) => void,
): Promise<WatchSummary> {
  const due = await table.due(maxPerRun + 1);
  const summary: WatchSummary = { takenUp: 0, looks: 0, givenUp: 0, gone: 0, failed: 0, more: due.length > maxPerRun };
  const work = due.slice(0, maxPerRun);
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
