import type { Baseline, CreatorKey } from '../../../functions/clients/table/baseline.ts';
import { harmlessJson, shortened } from '../harmless.ts';
import { EXIT, type ExitCode, type Io, Output } from '../io.ts';

/** Prints what the baseline holds, what expires first at the beginning. */
export async function list(
  baseline: Baseline,
  { json, now }: { json: boolean; now: number },
  io: Io,
): Promise<ExitCode> {
  const stdout = new Output(io.stdout);
  const known = await baseline.list(now);
  if (json) for (const entry of known) await stdout.write(`${harmlessJson(entry)}\n`);
  else {
    for (const { cluster, principal, namePattern, decidedBy, decidedAt, expiresAt, origin, findingId } of known)
      await stdout.write(
        `${cluster.account}/${cluster.region}/${cluster.name}  ${shortened(principal, 200)}  ${namePattern}\n` +
          `  by ${shortened(decidedBy, 200)}, ${origin}${findingId ? ` about ${shortened(findingId, 64)}` : ''}, ${decidedAt} to ${expiresAt}\n`,
      );
    await stdout.write(`${known.length} known.\n`);
  }
  return EXIT.done;
}

/** @returns `attention` where there was no such thing */
export async function revoke(baseline: Baseline, key: CreatorKey, io: Io): Promise<ExitCode> {
  const revoked = await baseline.revoke(key);
  await new Output(io.stdout).write(
    revoked ? 'Revoked.\n' : 'The baseline holds no such thing; see "sentinel baseline list".\n',
  );
  return revoked ? EXIT.done : EXIT.attention;
}
