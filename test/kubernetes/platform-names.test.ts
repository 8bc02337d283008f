import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BOOTSTRAP_NAMESPACES, resembledName, similarNames } from '../../functions/kubernetes/platform-names.ts';

describe('what a name of the platform can be taken for', () => {
  test.each([
    ['kube-systern', 'kube-system'],
    ['kube-sytem', 'kube-system'],
    ['kube-ssystem', 'kube-system'],
    ['kbue-system', 'kube-system'],
    ['kube-system-2', 'kube-system'],
    ['old-kube-system', 'kube-system'],
    ['kubesystem', 'kube-system'],
    ['kubernetes-system', 'kube-system'],
    ['k8s-system', 'kube-system'],
    ['kubelet-system', 'kube-system'],
    ['eks-system', 'kube-system'],
    ['kube-pub1ic', 'kube-public'],
    ['kube-node-1ease', 'kube-node-lease'],
    ['defauIt', 'default'],
    ['coredns', 'coredns'],
    ['c0redns', 'coredns'],
    ['aws-node', 'aws-node'],
    ['kube-proxy', 'kube-proxy'],
  ])('%s is taken for %s', (name, model) => {
    expect(resembledName(name)).toBe(model);
  });

  // Names that installation guides of their projects give.
  test.each([
    ...['kueue-system', 'kro-system', 'keda-system', 'kyma-system', 'kmm-system', 'kudo-system', 'kuma-system'],
    ...[
      'kube-green',
      'kube-flannel',
      'kube-ovn',
      'kube-prometheus-stack',
      'kube-state-metrics',
      'kubeflow',
      'kubevirt',
    ],
    ...[
      'argocd',
      'argo-cd',
      'cert-manager',
      'flux-system',
      'gatekeeper-system',
      'amazon-cloudwatch',
      'amazon-guardduty',
    ],
    ...['calico-system', 'tigera-operator', 'istio-system', 'crossplane-system', 'cattle-system', 'k8s-monitoring'],
    ...['kubernetes-dashboard', 'default-backend', 'system-upgrade', 'node-problem-detector', 'etcd', 'karpenter'],
  ])('%s is ordinary', (name) => {
    expect(resembledName(name)).toBeUndefined();
  });

  test.each([...BOOTSTRAP_NAMESPACES])('%s is itself', (name) => {
    expect(resembledName(name)).toBe(name);
  });
});

const THERE = [
  'payments',
  'flux-system',
  'argocd',
  'pr-512',
  'team-a',
  'monitoring',
  'app-11',
  'apps-checkout',
  'shop',
];

describe('which namespaces that are there a name can be taken for', () => {
  test.each([
    ['payrnents', ['payments']],
    ['paymnets', ['payments']],
    ['paymments', ['payments']],
    ['flux-systern', ['flux-system']],
    ['fiux-system', ['flux-system']],
    ['monitorng', ['monitoring']],
    ['apps-chekout', ['apps-checkout']],
    ['arg0cd', ['argocd']],
    ['app-ll', ['app-11']],
  ])('%s', (name, models) => {
    expect(similarNames(name, THERE)).toEqual(models);
  });

  test.each([
    'payments',
    'payment',
    'argo-cd',
    'pr-521',
    'pr-511',
    'pr-51',
    'team-b',
    'team-aa',
    'shops',
    'app-1',
    'apps-payments',
  ])('%s is a name of its own', (name) => {
    expect(similarNames(name, THERE)).toEqual([]);
  });

  test('numbers stay different, and nothing is like itself', () => {
    const numbered = fc.tuple(fc.stringMatching(/^[a-z]{1,8}$/), fc.nat(), fc.nat());
    fc.assert(
      fc.property(numbered, ([word, a, b]) => {
        expect(similarNames(`${word}-${a}`, [`${word}-${b}`])).toEqual([]);
      }),
    );
  });

  test('at most three are named, of however many', () => {
    const many = Array.from({ length: 5_000 }, () => 'payrnents');
    expect(similarNames('payments', many)).toHaveLength(3);
  });
});
