/** Stages an incident on a running twin. */
import { KUBERNETES_VERSION } from '../../twin/binaries.ts';
import type { Twin } from '../../twin/twin.ts';
import type { AwsCall } from './cloudtrail.ts';
import type { Fact, GroundTruth, Incident, Phase } from './incident.ts';
import { type Hooks, Scene } from './scene.ts';

export interface Staged {
  truth: GroundTruth;
  awsCalls: AwsCall[];
}

/**
 * Does all that the script says; the hooks are told when it begins and when it is to be looked at.
 *
 * @throws when the cluster answers otherwise than the story says
 */
export async function stage(incident: Incident, twin: Twin, hooks: Hooks = {}): Promise<Staged> {
  const { name, title, story, kind, expect, right, run } = incident;
  const scene = new Scene(twin, name, hooks);
  await run(scene);
  const { looks, creations, steps, begunAt, awsCalls } = scene;
  if (!looks.first || !looks.second || creations.length === 0)
    throw new Error(`${name}: the script left out a look or the creation`);
  const facts = (phase: Phase): Fact[] => steps.flatMap((step) => (step.phase === phase && step.fact ? step.fact : []));
  const { cluster, region, account } = twin.emulator;
  const truth: GroundTruth = {
    name,
    title,
    story,
    kind,
    expect,
    cluster: { name: cluster, region, account },
    kubernetes: KUBERNETES_VERSION,
    creations,
    right,
    facts: { before: facts('before'), creation: facts('creation'), after: facts('after') },
    begunAt,
    looks: { first: looks.first, second: looks.second },
    steps,
  };
  return { truth, awsCalls };
}
