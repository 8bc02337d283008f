import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { KubernetesObject } from '../../functions/clients/kubernetes/kubernetes.ts';
import type { ContainmentForm } from '../../functions/contain/forms/form.ts';
import { ingress } from '../../functions/contain/forms/ingress.ts';
import { service } from '../../functions/contain/forms/service.ts';
import { IMPOSSIBLE_KEY } from '../../functions/kubernetes/quarantine.ts';
import { MemoryCluster } from './memory-cluster.ts';
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
