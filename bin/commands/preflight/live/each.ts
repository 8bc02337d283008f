import type { ConfiguredCluster } from '../aws/each-cluster.ts';
import { unanswered } from '../aws/unanswered.ts';
import type { LiveContext, LiveProbe, Observation } from './probe.ts';

type Asked = Pick<LiveProbe, 'needs' | 'claims'>;

/** What a probe comes to that got no answer: none of its claims was asked. @throws as {@link unanswered} */
export function notAsked({ needs, claims }: Asked, error: unknown): Observation[] {
  const { says, todo } = unanswered(error, needs);
  return claims.map((claim) => ({ claim, verdict: 'not-asked', says, ...(todo === undefined ? {} : { todo }) }));
}

/** Asks about each cluster of the configuration: one that cannot be asked about does not hide the others. */
export async function ofEachCluster(
  probe: Asked,
  { config: { clusters }, waitFor }: LiveContext,
  question: string,
  ask: (cluster: ConfiguredCluster) => Promise<Observation[]>,
): Promise<Observation[]> {
  const all: Observation[] = [];
  for (const cluster of clusters) {
    waitFor(`${question} ${cluster.name}`);
    const found = await ask(cluster).catch((error: unknown) => notAsked(probe, error));
    all.push(...found.map((observed) => ({ ...observed, says: `${cluster.name}: ${observed.says}` })));
  }
  return all;
}
