/** Executions of playbooks on this computer. An id tells which process it is, so that a lease of a dead one is free. */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Playbooks } from '../../functions/clients/send/playbooks.ts';

/** @returns a name that orders by time, and an id where Step Functions has an ARN */
export function newExecution(now: Date = new Date()): { name: string; id: string } {
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
  const name = `${time}-${randomBytes(3).toString('hex')}`;
  return { name, id: `local:${hostname()}:${process.pid}:${name}` };
}

/** What the ids of executions tell: on this computer, whether a process has ended. */
export const localPlaybooks: Pick<Playbooks, 'ended'> = {
  async ended(execution) {
    const [, host, pid] = /^local:(.*):(\d+):[^:]*$/.exec(execution) ?? [];
    if (host !== hostname()) return undefined;
    try {
      process.kill(Number(pid), 0);
    } catch (error) {
      if (Object(error).code === 'ESRCH') return true;
    }
    // Another process may have got its number.
    return undefined;
  },
};
