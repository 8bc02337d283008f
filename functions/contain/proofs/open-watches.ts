import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { record, records } from '../../kit/json.ts';
import { allNeeds, RECORD_NEEDS } from '../framework/needs.ts';
import { hasEnded } from '../removal/workloads.ts';
import { fewNames, notProven, proven, type Verification } from './proof.ts';

/** The API server ends a watch after 30 to 60 minutes, unless its client has asked for longer (`--min-request-timeout`). */
const WATCH_MS = 3_600_000;

/** Not decisive: nobody can list open connections. */
export const openWatches: Verification = {
  id: 'open-watches',
  claim: 'No connection that its pods have opened still delivers.',
  decisive: false,
  shows: 'configuration',
  needs: allNeeds(RECORD_NEEDS, { kubernetes: ['list pods'] }),
  async prove(look) {
    const holding = (await look.pods()).filter((pod) => !hasEnded(pod) && holdsToken(pod));
    const why = 'A watch that is open outlives its account and its bindings';
    if (holding.length > 0)
      return notProven(
        `${why}: ${fewNames(holding.map(({ metadata }) => metadata.name ?? ''))} hold a token and may have one open.`,
      );
    const cut = await look.record('cutIdentity');
    const since = cut ? look.context.now() - Date.parse(cut.finishedAt) : 0;
    if (since < WATCH_MS) return notProven(`${why}, for an hour as a rule, and that has not passed since the cut.`);
    return proven(
      'Read: none of its pods holds a token, and an hour has passed since the cut, the longest by default.',
    );
  },
};

/** Whether one was put into it, by the API server or by a volume of its own. */
const holdsToken = ({ spec }: KubernetesObject): boolean =>
  records(record(spec)['volumes']).some((volume) =>
    records(record(volume['projected'])['sources']).some((source) => 'serviceAccountToken' in source),
  );
