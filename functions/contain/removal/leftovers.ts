/** What does not end, and what a person can do about it. */
import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { command } from '../../contract/commands/command.ts';
import type { Proposal } from '../../contract/containment.ts';
import { record, records, text } from '../../kit/json.ts';
import { GROUPS } from '../../kubernetes/quarantine.ts';
import type { StepContext } from '../framework/step.ts';
import { exemption } from '../isolation/freeze.ts';
import { hasEnded, isStatic, type Workloads } from './workloads.ts';

export interface Leftover {
  sentence: string;
  proposal?: Proposal;
}

/**
 * A pod on a node that does not answer is not forced: that would take the object away, and leave the containers running
 * where nobody looks for them any more. Static pods are files on a node.
 *
 * @param stuck pods that should have ended
 */
export async function leftovers(
  { pods }: Workloads,
  stuck: readonly KubernetesObject[],
  { cluster, run, signal }: Pick<StepContext, 'cluster' | 'run' | 'signal'>,
): Promise<Leftover[]> {
  const { namespace } = run.target;
  const files = pods
    .filter((pod) => isStatic(pod) && !hasEnded(pod))
    .map(({ metadata, spec }) => ({
      sentence: `Pod ${metadata.name} is a file on the node ${nodeOf(spec)}: it ends when somebody removes the file there`,
    }));
  const nodes = [...new Set(stuck.flatMap(({ spec }) => text(record(spec)['nodeName']) ?? []))];
  const states = new Map<string, string>();
  for (const node of nodes) {
    const found = await cluster.kubernetes.read(`/api/v1/nodes/${encodeURIComponent(node)}`, signal);
    states.set(node, found ? (isReady(found) ? 'ready' : 'not ready') : 'gone');
  }
  const exempt = stuck.length > 0 ? await exemption(cluster.kubernetes, GROUPS.breakGlass, signal) : {};
  const ending = stuck
    .filter((pod) => !isStatic(pod))
    .map(({ metadata, spec }): Leftover => {
      const node = nodeOf(spec);
      const state = states.get(node);
      const sentence = `Pod ${metadata.name} does not end on the node ${node}${state ? ` (${state})` : ''}`;
      if (state === 'gone')
        return {
          sentence: `${sentence}: whether its instance has ended, EC2 tells; until then its containers may run`,
        };
      if (state !== 'not ready') return { sentence };
      const name = metadata.name ?? '';
      return {
        sentence: `${sentence}: its containers may still run`,
        proposal: {
          text: `The node ${node} does not answer. Once its instance is stopped for certain, the pod ${name} can be forced.`,
          commands: [
            command('kubectl delete', ['pod', name], {
              '--namespace': namespace,
              '--grace-period': '0',
              '--force': true,
              '--wait=false': true,
              ...exempt,
            }),
          ],
        },
      };
    });
  return [...files, ...ending];
}

const nodeOf = (spec: unknown): string => text(record(spec)['nodeName']) ?? 'none';

const isReady = ({ status }: KubernetesObject): boolean =>
  records(record(status)['conditions']).some(({ type, status }) => type === 'Ready' && status === 'True');
