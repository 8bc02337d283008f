/** The checks that read the cluster, on recorded incidents: what they say against what was really done. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import type { DetailsByCheck } from '../../functions/checks/index.ts';
import { namespace } from '../../functions/checks/namespace.ts';
import { permissions } from '../../functions/checks/permissions.ts';
import { workloads } from '../../functions/checks/workloads.ts';
import { LocalEks } from '../../functions/clients/local/eks.ts';
import { LocalKubernetes } from '../../functions/clients/local/kubernetes.ts';
import { judge } from '../../functions/detect/judge.ts';
import { ask, detailsOf } from './clusters.ts';

const FOLDER = 'test/corpus/incidents';

interface Fact {
  kind: string;
  object: string;
  signs?: string[];
}

interface Truth {
  kind: 'hostile' | 'benign';
  cluster: { name: string; region: string; account: string };
  creations: { uid: string }[];
  right: Fact;
  facts: Record<'creation' | 'after', Fact[]>;
}

const text = (...path: string[]) => {
  const file = readFileSync(join(FOLDER, ...path));
  return (path.at(-1)?.endsWith('.gz') ? gunzipSync(file) : file).toString();
};

describe.each(readdirSync(FOLDER))('%s', (name) => {
  const truth: Truth = JSON.parse(text(name, 'incident.json'));
  const eks = new LocalEks([JSON.parse(text(name, 'aws.json'))]);
  const cluster = new LocalKubernetes(JSON.parse(text(name, 'objects-second.json.gz')));
  const findings = text(name, 'audit.jsonl.gz')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => judge({ text: line, cluster: truth.cluster }))
    .flatMap((verdict) => (verdict.kind === 'finding' ? [verdict.finding] : []))
    .filter(({ namespace: { uid } }) => truth.creations.some((creation) => creation.uid === uid));

  test('each namespace is confirmed', async () => {
    expect(findings).toHaveLength(truth.creations.length);
    for (const finding of findings)
      expect(detailsOf<DetailsByCheck['namespace']>(await ask(namespace, cluster, finding)).live).toBe('confirmed');
  });

  test('what allowed it is what did', async () => {
    for (const finding of findings) {
      const answer = await ask(permissions, cluster, finding, { clients: { eks } });
      const { grantedBy } = detailsOf<DetailsByCheck['permissions']>(answer);
      const policy = grantedBy?.accessPolicyArn?.split('/').pop();
      const named = policy ? `access policy ${policy}` : `${grantedBy?.kind} ${grantedBy?.binding}`;
      expect(truth.right.object.startsWith(named)).toBe(true);
      expect(grantedBy).not.toHaveProperty('bindingGone');
    }
  });

  test('what runs there is found, and found dangerous where it is', async () => {
    const facts = [...truth.facts.creation, ...truth.facts.after].filter(({ kind }) => kind === 'workload');
    for (const finding of findings) {
      const answer = await ask(workloads, cluster, finding);
      const { workloads: found } = detailsOf<DetailsByCheck['workloads']>(answer);
      const names = found.map((workload) => `${workload.kind} ${finding.namespace.name}/${workload.name}`);
      expect(names.sort()).toEqual(
        facts
          .map(({ object }) => object)
          .filter((object) => object.includes(` ${finding.namespace.name}/`))
          .sort(),
      );
      expect(answer.status).toBe(truth.kind === 'hostile' ? 'found' : 'clear');
    }
  });
});
