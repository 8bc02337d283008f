import { setTimeout as sleep } from 'node:timers/promises';
import { hasEnded } from '../removal/workloads.ts';
import { fewNames, notProven, objectName, proven, type Verification } from './proof.ts';

/** Longer than a controller takes to replace a pod. */
const BETWEEN_MS = 2_000;

/** Decisive: it is what removal is about. */
export const noPods: Verification = {
  id: 'no-pods',
  claim: 'Nothing of it runs.',
  decisive: true,
  shows: 'effect',
  needs: { kubernetes: ['list pods'] },
  async prove(look) {
    const path = `/api/v1/namespaces/${look.target.namespace}/pods`;
    for (const pause of [0, BETWEEN_MS]) {
      await sleep(pause, undefined, { signal: look.signal });
      const running = (await look.whole(path)).filter((pod) => !hasEnded(pod));
      if (running.length > 0) return notProven(`Listed: ${running.length} pods: ${fewNames(running.map(objectName))}.`);
    }
    return proven(`Listed twice, ${BETWEEN_MS / 1000} seconds apart: no pod but such as have ended.`);
  },
};
