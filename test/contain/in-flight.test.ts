/** What webhooks and admission policies may do to a write on its way. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { KubernetesObject, ServedKind } from '../../functions/clients/kubernetes/kubernetes.ts';
import { changedInFlight } from '../../functions/contain/framework/in-flight.ts';
import { rewriting } from '../../functions/contain/isolation/mutating-policies.ts';

describe('what came back', () => {
  test.each<[string, object, object]>([
    ['the same', { spec: { a: 1 } }, { spec: { a: 1 } }],
    ['with defaults of the server', { spec: { a: 1 } }, { metadata: { uid: 'x' }, spec: { a: 1, b: 2 }, status: {} }],
    ['without what a patch takes away', { spec: { ingress: null, selector: { a: null } } }, { spec: {} }],
    ['without what is empty', { spec: { podSelector: {} }, metadata: { finalizers: [] } }, { spec: {} }],
    [
      'under a name of the server',
      { metadata: { generateName: 'x-' } },
      { metadata: { name: 'x-1', generateName: 'x-' } },
    ],
    ['at another version', { metadata: { resourceVersion: '1' } }, { metadata: { resourceVersion: '2' } }],
  ])('is what was sent: %s', (_, sent, stored) => {
    expect(changedInFlight(sent, stored)).toBeUndefined();
  });

  test.each<[string, object, object, string]>([
    ['a label is gone', { metadata: { labels: { q: 'uid' } } }, { metadata: {} }, 'metadata.labels'],
    ['everything is allowed', { spec: { ingress: null } }, { spec: { ingress: [{}] } }, 'spec.ingress'],
    [
      'a selector selects',
      { spec: { podSelector: {} } },
      { spec: { podSelector: { matchLabels: { a: 'b' } } } },
      'spec.podSelector',
    ],
    ['a value', { spec: { hard: { pods: '0' } } }, { spec: { hard: { pods: '10' } } }, 'spec.hard.pods'],
    [
      'what was taken away is there',
      { spec: { ingress: null } },
      { spec: { ingress: [{}, { from: [1] }] } },
      'spec.ingress',
    ],
    [
      'a list is longer',
      { spec: { policyTypes: ['Ingress'] } },
      { spec: { policyTypes: ['Ingress', 'x'] } },
      'spec.policyTypes',
    ],
    ['an item', { subjects: [{ name: 'a' }] }, { subjects: [{ name: 'b' }] }, 'subjects[0].name'],
    ['nothing came back', { spec: { a: 1 } }, {}, 'spec'],
  ])('differs: %s', (_, sent, stored, place) => {
    expect(changedInFlight(sent, stored)).toContain(`(${place})`);
  });

  test('of a status, the status counts', () => {
    const sent = { status: { hard: { pods: '0' } } };
    expect(changedInFlight(sent, { status: { hard: { pods: '9' } } })).toBeUndefined();
    expect(changedInFlight(sent, { status: { hard: { pods: '9' } } }, 'status')).toContain('status.hard.pods');
  });

  test('of anything, it is itself', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (any) =>
        expect(changedInFlight(any, any)).toBeUndefined(),
      ),
    );
  });
});

describe('policies that rewrite', () => {
  const ADMISSION = 'admissionregistration.k8s.io/v1';
  const served = [
    {
      apiVersion: ADMISSION,
      kind: 'MutatingAdmissionPolicy',
      resource: 'mutatingadmissionpolicies',
      namespaced: false,
    },
  ] as ServedKind[];
  const rule = { apiGroups: ['networking.k8s.io'], operations: ['CREATE'], resources: ['networkpolicies'] };
  const ask = async (constraints: object, matchResources: object | undefined, kinds = served) => {
    const list = async (_: string, resource: string) =>
      (resource === 'mutatingadmissionpolicies'
        ? [{ metadata: { name: 'opens' }, spec: { matchConstraints: { resourceRules: [rule], ...constraints } } }]
        : [
            { metadata: { name: 'b' }, spec: { policyName: matchResources ? 'opens' : 'other', matchResources } },
          ]) as KubernetesObject[];
    return (await rewriting(kinds, { team: 'a', 'kubernetes.io/metadata.name': 'evil' }, list)).map(
      ({ kinds: of }) => of,
    );
  };
  const here = { namespaceSelector: { matchLabels: { team: 'a' } } };
  const elsewhere = { namespaceSelector: { matchLabels: { team: 'b' } } };
  const all = { resourceRules: [{ apiGroups: ['*'], operations: ['*'], resources: ['*/*'] }] };

  test.each<[string, object, object | undefined, string[][]]>([
    ['covers what we write', {}, {}, [['networkpolicies.networking.k8s.io']]],
    ['by the labels of the namespace', here, here, [['networkpolicies.networking.k8s.io']]],
    ['of others, by the policy', elsewhere, {}, []],
    ['of others, by the binding', {}, elsewhere, []],
    ['is not bound', {}, undefined, []],
    ['deletes only', { resourceRules: [{ ...rule, operations: ['DELETE'] }] }, {}, []],
    ['of a kind that we do not write', { resourceRules: [{ ...rule, resources: ['ingressclasses'] }] }, {}, []],
    [
      'of a status',
      { resourceRules: [{ ...rule, apiGroups: [''], resources: ['resourcequotas/*'] }] },
      {},
      [['resourcequotas/status']],
    ],
    // No selector is asked about objects of the cluster itself.
    ['elsewhere, of everything', { ...all, ...elsewhere }, {}, [['clusternetworkpolicies.networking.k8s.aws']]],
  ])('%s', async (_, constraints, resources, expected) => {
    expect(await ask(constraints, resources)).toEqual(expected);
  });

  test('of everything: the label and the quota, too', async () => {
    const [kinds] = await ask(all, {});
    expect(kinds).toEqual(expect.arrayContaining(['namespaces', 'resourcequotas', 'services', 'deployments.apps']));
  });

  test('are not asked for where the cluster has no such kind', async () => {
    expect(await ask({}, {}, [])).toEqual([]);
  });
});
