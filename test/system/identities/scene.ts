/** One control plane for the tests of our identities: two namespaces in quarantine, one to release, and two left alone. */
import { expect, test } from '@jest/globals';
import type { Credentials, KubeRequest } from '../../../tools/twin/kube.ts';
import { type ClusterSide, post, startClusterSide } from '../cluster-side.ts';
import { RBAC } from './objects.ts';
import { CLUSTER_POLICY_KIND, staged } from './staged.ts';

/** The control plane; there once `bringUp` is done. */
export let side: ClusterSide;
/** UID of `pen`, whose Services and workloads are contained by it. */
export let pen: string;

/** For `beforeAll` of the file that runs the tests. */
export async function bringUp(): Promise<void> {
  side = await startClusterSide();
  await side.kubectl(['apply', '-f', '-'], CLUSTER_POLICY_KIND);
  await side.kubectl(['wait', '--for=condition=Established', `crd/${CLUSTER_POLICY_KIND.metadata.name}`]);
  for (const namespace of ['pen', 'pen-2', 'loose', 'free', 'amazon-guardduty']) {
    await side.make(namespace);
    await side.kubectl(['create', '-f', '-'], { apiVersion: 'v1', kind: 'List', items: staged(namespace) });
  }
  for (const [name, rules] of Object.entries({
    'custom-wide': [{ apiGroups: ['example.com'], resources: ['*'], verbs: ['get'] }],
    'custom-grants': [{ apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles'], verbs: ['escalate'] }],
  }))
    await side.done(post(`${RBAC}/clusterroles`, { metadata: { name }, rules }));
  for (const namespace of ['pen', 'pen-2', 'loose']) await side.quarantine(namespace);
  pen = await side.uid('pen');
}

/**
 * What is asked, and the policy that refuses it; `rbac` where the identity has no such right. Where several refuse, the
 * answer names one of them.
 */
export type Case = [what: string, request: () => KubeRequest, ...by: string[]];

/** A test a case: the request of this identity is refused by what the case names. */
export const refuses = (who: () => Credentials, cases: Case[]) =>
  test.each(cases.map(([what, request, ...by]) => ({ what, request, by })))('$what', async ({ request, by }) => {
    const { code, text } = await side.ask(who(), request());
    const policy = /ValidatingAdmissionPolicy 'namespace-sentinel-([a-z-]+)'/.exec(text)?.[1];
    expect([code, policy ?? 'rbac', code === 403 ? '' : text]).toEqual([
      403,
      expect.stringMatching(`^(${by.join('|')})$`),
      '',
    ]);
  });

/** A test a case: the request of this identity is let through. */
export const allows = (who: () => Credentials, cases: [what: string, request: () => KubeRequest][]) =>
  test.each(cases)('%s', async (_, request) => {
    const { code, text } = await side.ask(who(), request());
    expect([code, code < 300 ? '' : text]).toEqual([code < 300 ? code : 200, '']);
  });
