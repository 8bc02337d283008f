/** Whether an item is answered as its list says. */

import type { Item } from './item.ts';
import { lookAt } from './stage.ts';

/** What each indicator says of the creation when nothing is added to it. */
const plain = lookAt({}).then(({ assessment }) => new Map(assessment.indicators.map(({ id, reason }) => [id, reason])));

/** @returns undefined where it is answered; else what was found in its place */
export async function missOf({ answer }: Item): Promise<string | undefined> {
  if ('declined' in answer) return undefined;
  const { assessment, evidence } = await lookAt(answer.trigger);
  const found = assessment.indicators.map(({ id }) => id).join(', ');
  if ('indicator' in answer) {
    const fired = assessment.indicators.find(({ id }) => id === answer.indicator);
    return fired && fired.reason !== (await plain).get(fired.id)
      ? undefined
      : `${answer.indicator} is not among ${found}`;
  }
  const shown = JSON.stringify(evidence.find(({ check }) => check === answer.check)?.details ?? {});
  return shown.includes(answer.shows) ? undefined : `${answer.check} does not show ${answer.shows}: ${shown}`;
}
