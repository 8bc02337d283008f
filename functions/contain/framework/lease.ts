import type { StepContext } from './step.ts';

/** One execution at a time works on a namespace. Longer than all steps but the question take, which prolongs it. */
export const LEASE_MS = 2 * 3_600_000;

/**
 * Takes or prolongs the lease. That of an execution that has ended is taken over.
 *
 * @param ms from now on
 * @returns why it is not ours, as a sentence; undefined when it is
 */
export async function takeLease(
  { run, clients, now }: Pick<StepContext, 'run' | 'clients' | 'now'>,
  ms = LEASE_MS,
): Promise<string | undefined> {
  const { register, playbooks } = clients;
  const take = (over?: string) => register.lease(run.target.uid, run.execution, now() + ms, now(), over);
  let holder = await take();
  if (holder && (await playbooks?.ended(holder.execution))) holder = await take(holder.execution);
  if (!holder) return undefined;
  return `Another execution works on this namespace until ${new Date(holder.until).toISOString()}: ${holder.execution}.`;
}
