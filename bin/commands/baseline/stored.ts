import type { Baseline, CreatorKey } from '../../../functions/clients/table/baseline.ts';
import type { KnownCreator } from '../../../functions/contract/lessons.ts';
import { harmlessJson, shortInTerminal } from '../harmless.ts';
import { EXIT, type ExitCode } from '../io.ts';
import type { Task } from '../task.ts';

/** Prints what the baseline holds, what expires first at the beginning. */
export async function list(
  baseline: Baseline,
  { json, now }: { json: boolean; now: number },
  task: Task,
): Promise<ExitCode> {
  const known = await baseline.list(now);
  if (json) for (const entry of known) await task.print(`${harmlessJson(entry)}\n`);
  else {
    for (const entry of known) await task.print(linesOf(entry));
    await task.print(`${known.length} known.\n`);
  }
  return EXIT.done;
}

/** @returns `attention` where there was no such thing */
export async function revoke(baseline: Baseline, key: CreatorKey, task: Task): Promise<ExitCode> {
  const revoked = await baseline.revoke(key);
  await task.print(revoked ? 'Revoked.\n' : 'The baseline holds no such thing; see "sentinel baseline list".\n');
  return revoked ? EXIT.done : EXIT.attention;
}

function linesOf(known: KnownCreator): string {
  const { cluster, principal, impersonated, namePattern, decidedBy, decidedAt, expiresAt, origin, findingId } = known;
  const { indicators, addresses = [], reason } = known;
  const as = impersonated === undefined ? '' : ` as ${shortInTerminal(impersonated, 200)}`;
  const about = findingId ? ` about ${shortInTerminal(findingId, 64)}` : '';
  const scope =
    indicators && `${indicators.length > 0 ? indicators.join(', ') : 'nothing'} from ${addresses.join(', ')}`;
  return [
    `${cluster.account}/${cluster.region}/${cluster.name}  ${shortInTerminal(principal, 200)}${as}  ${namePattern}`,
    `  by ${shortInTerminal(decidedBy, 200)}, ${origin}${about}, ${decidedAt} to ${expiresAt}`,
    ...(reason === undefined ? [] : [`  because ${shortInTerminal(reason, 300)}`]),
    ...(scope === undefined ? [] : [`  accepted with ${shortInTerminal(scope, 1_000)}`]),
    '',
  ].join('\n');
}
