import type { WriteResult } from '../framework/actuator.ts';
import { notProven, proven, type TestResult, type Verification } from './proof.ts';
import { probePodName, refuserOf } from './refusal.ts';

/** Decisive: what cannot start cannot harm. */
export const podsRefused: Verification = {
  id: 'pods-refused',
  claim: 'No pod can be created.',
  decisive: true,
  shows: 'effect',
  needs: { kubernetes: ['get namespaces', 'create pods'] },
  async prove(look) {
    await look.namespace();
    const name = probePodName(`${look.target.uid} ${look.context.run.execution}`);
    const tried = await look.attempt('pods', pod(name), { dryRun: true });
    if (refuserOf(tried) !== 'account') return judged(tried, 'A pod');
    // Its account is gone, which refuses it before anything else can; a mirror pod needs none.
    return judged(await look.attempt('pods', mirror(name), { dryRun: true }), 'A pod without an account');
  },
};

function judged(tried: WriteResult, what: string): TestResult {
  const how = `${what} that complies with Pod Security "restricted" was tried as a dry run`;
  if ('object' in tried) return notProven(`${how}, and would have been created.`);
  const seen = `${tried.code} ${tried.reason}`;
  switch (refuserOf(tried)) {
    case 'freeze':
      return proven(`${how}; the freeze policy refused it: ${seen}`);
    case 'quota':
      return proven(`${how}; the quota refused it: ${seen}`);
    case 'guard':
    case 'rights':
      return notProven(`${how}; the probe itself may not try it, which tells nothing about others: ${seen}`);
    default:
      return notProven(`${how}; it was refused, but not by what freezes the namespace: ${seen}`);
  }
}

/** Complies with all that could refuse it for another reason: Pod Security, a quota that wants limits to be stated. */
const pod = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: {
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 65_532, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'probe',
        image: 'registry.k8s.io/pause:3.10',
        resources: { requests: { cpu: '1m', memory: '1Mi' }, limits: { cpu: '1m', memory: '1Mi' } },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
  },
});

/** https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-config-mirror */
function mirror(name: string) {
  const { automountServiceAccountToken: _, ...spec } = pod(name).spec;
  return {
    ...pod(name),
    metadata: { name, annotations: { 'kubernetes.io/config.mirror': 'probe' } },
    spec: { ...spec, nodeName: name },
  };
}
