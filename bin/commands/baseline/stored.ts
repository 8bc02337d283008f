import type { Baseline, CreatorKey } from '../../../functions/clients/table/baseline.ts';
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
    for (const { cluster, principal, namePattern, decidedBy, decidedAt, expiresAt, origin, findingId } of known)
      await task.print(
        `${cluster.account}/${cluster.region}/${cluster.name}  ${shortInTerminal(principal, 200)}  ${namePattern}\n` +
          `  by ${shortInTerminal(decidedBy, 200)}, ${origin}${findingId ? ` about ${shortInTerminal(findingId, 64)}` : ''}, ${decidedAt} to ${expiresAt}\n`,
      );
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
