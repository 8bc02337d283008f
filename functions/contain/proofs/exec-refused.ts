import { randomUUID } from 'node:crypto';
import { notProven, proven, type Verification } from './proof.ts';
import { probePodName, refuserOf } from './refusal.ts';

/**
 * Decisive: whoever runs commands in a muted pod has what it holds. A dry run is refused to everybody and proves nothing,
 * so the attempt is real, in a pod that does not exist: its name is new each time.
 */
export const execRefused: Verification = {
  id: 'exec-refused',
  claim: 'Nobody can begin to run commands in its pods.',
  decisive: true,
  shows: 'effect',
  needs: { kubernetes: ['get namespaces', 'create pods/exec'] },
  async prove(look) {
    await look.namespace();
    const path = `pods/${probePodName(randomUUID())}/exec?container=probe&command=true&stdout=true`;
    const tried = await look.attempt(path, {}, { dryRun: false });
    const how = 'A command was tried in a pod that does not exist';
    if ('object' in tried) return notProven(`${how}, and something answered it.`);
    const seen = `${tried.code} ${tried.reason}`;
    const refuser = refuserOf(tried);
    if (refuser === 'freeze')
      return proven(
        `${how}; the freeze policy refused it before the pod was looked for: ${seen} A session that was open before goes on until its pod ends: see sessions-ended.`,
      );
    if (refuser === 'guard' || refuser === 'rights')
      return notProven(`${how}; the probe itself may not try it, which tells nothing about others: ${seen}`);
    return notProven(`${how}; no freeze policy refused it: ${seen}`);
  },
};
