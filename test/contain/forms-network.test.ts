import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { KubernetesObject } from '../../functions/clients/kubernetes/kubernetes.ts';
import { MemoryCluster } from '../../functions/clients/local/memory-cluster.ts';
import type { ContainmentForm } from '../../functions/contain/forms/form.ts';
import { ingress } from '../../functions/contain/forms/ingress.ts';
import { networkPolicy } from '../../functions/contain/forms/network-policy.ts';
import { service } from '../../functions/contain/forms/service.ts';
import { allowsTraffic } from '../../functions/contain/isolation/own-objects.ts';
import { IMPOSSIBLE_KEY } from '../../functions/kubernetes/quarantine.ts';
import { NAMESPACE, namespaceObjects, UID } from './stage.ts';

const signal = new AbortController().signal;
const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
const metadata = { name: 'it', namespace: NAMESPACE };

const services = fc
  .record({
    type: fc.constantFrom('ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'),
    selector: fc.option(
      fc.dictionary(fc.oneof(word, fc.constantFrom(IMPOSSIBLE_KEY, '__proto__')), word, { maxKeys: 3 }),
      { nil: undefined },
    ),
    externalName: word,
  })
  .map(({ type, selector, externalName }): object => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: {
      type,
      ports: [{ port: 80 }],
      ...(type === 'ExternalName' ? { externalName } : selector && Object.keys(selector).length > 0 && { selector }),
    },
  }));

const ingresses = fc
  .record({
    ingressClassName: fc.option(word, { nil: undefined }),
    finalizers: fc.constantFrom(
      [],
      ['ingress.k8s.aws/resources'],
      ['group.ingress.k8s.aws/shared'],
      ['evil.example/x'],
    ),
    annotations: fc.constantFrom({}, { 'alb.ingress.kubernetes.io/actions.redirect': '{}' }),
  })
  .map(({ ingressClassName, finalizers, annotations }): object => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { ...metadata, finalizers, annotations },
    spec: { ...(ingressClassName && { ingressClassName }), rules: [] },
  }));

const policies = fc
  .record({
    podSelector: fc.constantFrom(
      {},
      { matchLabels: { app: 'web' } },
      { matchExpressions: [{ key: 'app', operator: 'Exists' }] },
      { matchLabels: { app: 'web', tier: 'x' }, matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] },
    ),
    policyTypes: fc.constantFrom(['Ingress'], ['Egress'], ['Ingress', 'Egress']),
    ingress: fc.constantFrom(undefined, [], [{}], [{ from: [{ namespaceSelector: {} }] }]),
    egress: fc.constantFrom(undefined, [], [{}], [{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }]),
  })
  .map((spec): object => ({
    ...{ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata },
    spec: JSON.parse(JSON.stringify(spec)),
  }));

/** An object in a cluster, and what a patch makes of it. */
async function placed(object: object, resource: string, api: string) {
  const cluster = new MemoryCluster([...namespaceObjects(), object]);
  const path = `${api}/namespaces/${NAMESPACE}/${resource}/it`;
  const live = () => cluster.at(path) as KubernetesObject;
  return { live, patch: (change: object) => cluster.patch(path, change, signal) };
}

const FORMS: [string, ContainmentForm, fc.Arbitrary<object>, string][] = [
  ['services', service, services, '/api/v1'],
  ['ingresses', ingress, ingresses, '/apis/networking.k8s.io/v1'],
  ['networkpolicies', networkPolicy, policies, '/apis/networking.k8s.io/v1'],
];

describe.each(FORMS)('the form of %s', (resource, form, objects, api) => {
  test('contained, then restored, is what it was; contained twice is contained once', async () => {
    await fc.assert(
      fc.asyncProperty(objects, async (object) => {
        const { live, patch } = await placed(object, resource, api);
        const original = live();
        const change = form.contain(original, UID);
        if (change) await patch(change);
        expect(form.contain(live(), UID)).toBeUndefined();
        expect(form.isContained(original, live(), UID)).toBe(true);
        const back = form.restore(original, live());
        if (back) await patch(back);
        expect(live()['spec']).toEqual(original['spec']);
        expect(form.restore(original, live())).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });
});

describe('a NetworkPolicy', () => {
  test('allows nothing once it is contained, and one that allows nothing stays', () => {
    fc.assert(
      fc.property(policies, (object) => {
        const policy = object as KubernetesObject;
        const change = networkPolicy.contain(policy, UID);
        expect(change !== undefined).toBe(allowsTraffic(policy));
      }),
    );
  });

  test('that somebody has changed since comes back without what they added', async () => {
    const [original] = [
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata,
        spec: { podSelector: { matchLabels: { a: 'b' } }, ingress: [{}] },
      },
    ];
    const changed = {
      ...original,
      spec: { podSelector: { matchLabels: { a: 'c', d: 'e' }, matchExpressions: [] }, egress: [{}], policyTypes: [] },
    };
    const { live, patch } = await placed(changed, 'networkpolicies', '/apis/networking.k8s.io/v1');
    expect(networkPolicy.isContained(original, live(), UID)).toBe(false);
    await patch(networkPolicy.restore(original, live()) ?? {});
    expect(live()['spec']).toEqual(original.spec);
  });
});

describe('a Service', () => {
  const of = (spec: object): KubernetesObject => ({ apiVersion: 'v1', kind: 'Service', metadata, spec });
  test.each([
    ['with a selector', { selector: { app: 'web' } }, { selector: { [IMPOSSIBLE_KEY]: UID } }],
    ['without a selector', {}, { selector: { [IMPOSSIBLE_KEY]: UID } }],
    ['that carries our key already', { selector: { [IMPOSSIBLE_KEY]: 'x' } }, { selector: { [IMPOSSIBLE_KEY]: UID } }],
    [
      'that is an alias',
      { type: 'ExternalName', externalName: 'c2.example' },
      { externalName: `${UID}.quarantined.invalid` },
    ],
  ])('%s leads to nobody', (_, spec, change) => {
    expect(service.contain(of(spec), UID)).toEqual({ spec: change });
  });

  test.each([
    [
      'its selector',
      { selector: { app: 'web', [IMPOSSIBLE_KEY]: UID } },
      { selector: { app: 'other', [IMPOSSIBLE_KEY]: UID } },
    ],
    ['our key', { selector: { app: 'web' } }, { selector: { app: 'web' } }],
  ])('is not as we left it where somebody changed %s', (_, __, live) => {
    expect(service.isContained(of({ selector: { app: 'web' } }), of(live), UID)).toBe(false);
  });
});

describe('an Ingress with an AWS load balancer', () => {
  const of = (annotations: Record<string, string>): KubernetesObject => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { ...metadata, finalizers: ['ingress.k8s.aws/resources'], annotations },
    spec: { ingressClassName: 'alb' },
  });
  test('keeps it', () => expect(ingress.contain(of({}), UID)).toBeUndefined());
  test('loses it where the Ingress answers by itself', () => {
    const redirect = of({ 'alb.ingress.kubernetes.io/actions.away': '{"type":"redirect"}' });
    expect(ingress.contain(redirect, UID)).toEqual({ spec: { ingressClassName: `quarantined-${UID}` } });
  });
});
