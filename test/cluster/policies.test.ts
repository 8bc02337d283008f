import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { digest, examinePolicy, policyDigest } from '../../functions/kubernetes/cluster-side.ts';
import {
  DEFAULT_PROTECTED_NAMESPACES,
  QUARANTINE_LABEL,
  RELEASING_LABEL,
  RESTORED_LABEL,
} from '../../functions/kubernetes/quarantine.ts';
import { SHIPPED_POLICIES } from '../../functions/kubernetes/shipped-policies.ts';

const FOLDER = 'cluster/policies';
interface Policy {
  kind: string;
  metadata: { name: string };
  spec: {
    failurePolicy: string;
    variables: { name: string; expression: string }[];
    matchConstraints: { matchPolicy: string; resourceRules: { apiVersions: string[] }[] };
    validations: { expression: string; message: string; reason: string }[];
  };
}
const files = readdirSync(FOLDER).filter((file) => file !== 'kustomization.yaml');
const texts = Object.fromEntries(files.map((file) => [file, readFileSync(`${FOLDER}/${file}`, 'utf8')]));
const objects = Object.values(texts).flatMap((text) => parseAllDocuments(text).map((document) => document.toJS()));
const policies: Policy[] = objects.filter(({ kind }) => kind === 'ValidatingAdmissionPolicy');
const bindings: { metadata: { name: string }; spec: { policyName: string; validationActions: string[] } }[] =
  objects.filter(({ kind }) => kind === 'ValidatingAdmissionPolicyBinding');
/** Made by the API server itself (`SystemNamespaces` in pkg/controlplane of Kubernetes). */
const OF_KUBERNETES = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];
const literal = (names: readonly string[]): string => `[${names.map((name) => `'${name}'`).join(', ')}]`;
const bindingOf = (name: string) => bindings.find(({ metadata }) => metadata.name === name);

test('the digests are those of the manifests', () => {
  const table = policies.map((policy) => {
    const { name } = policy.metadata;
    return [name, { policy: policyDigest({ ...policy }), binding: digest(bindingOf(name)?.spec) }];
  });
  expect(SHIPPED_POLICIES).toEqual(Object.fromEntries(table));
});

test('the kustomizations hold every file', () => {
  const resources = (folder: string) =>
    parseAllDocuments(readFileSync(`${folder}/kustomization.yaml`, 'utf8'))[0]?.toJS().resources;
  expect(resources('cluster')).toEqual(['roles', 'policies']);
  for (const folder of ['cluster/roles', FOLDER])
    expect([...resources(folder)].sort()).toEqual(
      readdirSync(folder)
        .filter((file) => file !== 'kustomization.yaml')
        .sort(),
    );
});

test('no expression is folded: kubectl and we would read the lines differently', () => {
  for (const text of Object.values(texts)) expect(text).not.toMatch(/ression: >/);
});

describe.each(policies)('$metadata.name', ({ metadata, spec }) => {
  test('refuses where it cannot tell, and is in force', () => {
    expect(metadata.name).toMatch(/^namespace-sentinel-[a-z-]+$/);
    expect(spec).toMatchObject({ failurePolicy: 'Fail', matchConstraints: { matchPolicy: 'Equivalent' } });
    // With all versions, the API server does not complain of fields that some of the kinds do not have.
    expect(spec.matchConstraints.resourceRules.every(({ apiVersions }) => apiVersions.join() === '*')).toBe(true);
    expect(bindingOf(metadata.name)?.spec).toMatchObject({
      policyName: metadata.name,
      validationActions: ['Deny', 'Audit'],
    });
  });

  test('says why it refuses', () => {
    for (const { message, reason } of spec.validations) {
      expect(message).toMatch(/^\S.{15,}$/);
      expect(reason).toBe('Forbidden');
    }
  });

  test('knows protected namespaces as the others do', () => {
    const [first] = spec.variables ?? [];
    const text = JSON.stringify(spec);
    expect(text.includes('variables.protected')).toBe(first?.name === 'protected');
    if (first?.name !== 'protected') return;
    expect(first.expression).toBe(literal(DEFAULT_PROTECTED_NAMESPACES));
    // Kubernetes' own, one by one: a prefix would let an intruder opt out by the name.
    expect(text).toContain(`(${literal(OF_KUBERNETES)} + variables.protected)`);
    expect(text.split('variables.protected')).toHaveLength(2);
    expect(text.split("p.contains('*') ? ").length).toBeGreaterThan(1);
    expect(text).not.toMatch(/'kube-'|'default'(?!, 'kube-system')/);
  });

  test('is as shipped when the API server has filled it in, and not when somebody has changed it', () => {
    const live = structuredClone({ spec }) as { spec: Record<string, never> & typeof spec };
    live.spec.matchConstraints = Object.assign({ namespaceSelector: {}, objectSelector: {} }, spec.matchConstraints);
    const binding = structuredClone(bindingOf(metadata.name)) as { spec: Record<string, unknown> };
    expect(examinePolicy(metadata.name, live, binding).problems).toEqual([]);
    const { length } = spec.validations;
    for (const change of [
      () => ({ failurePolicy: 'Ignore' }),
      () => ({ validations: spec.validations.slice(1) }),
      () => ({
        validations: spec.validations.map((each, index) =>
          index === length - 1 ? { ...each, expression: 'true' } : each,
        ),
      }),
      () => ({ matchConditions: [{ name: 'x', expression: 'false' }] }),
      () => ({ matchConstraints: { ...spec.matchConstraints, namespaceSelector: { matchLabels: { a: 'b' } } } }),
    ])
      expect(examinePolicy(metadata.name, { spec: { ...spec, ...change() } }, binding).problems).toEqual([
        'the policy differs from what is shipped',
      ]);
    for (const change of [
      { validationActions: ['Audit'] },
      { validationActions: ['Warn'] },
      { matchResources: { objectSelector: { matchLabels: { a: 'b' } } } },
    ])
      expect(examinePolicy(metadata.name, live, { spec: { ...binding.spec, ...change } }).problems).toEqual([
        'its binding differs from what is shipped',
      ]);
    expect(examinePolicy(metadata.name, undefined, undefined).problems).toHaveLength(2);
  });
});

describe('a list that a cluster sets for itself', () => {
  const freeze = policies.find(({ metadata }) => metadata.name === 'namespace-sentinel-freeze') as Policy;
  const withList = (name: string, expression: string) => ({
    spec: {
      ...freeze.spec,
      variables: freeze.spec.variables.map((each) => (each.name === name ? { name, expression } : each)),
    },
  });
  const examine = (name: string, expression: string) =>
    examinePolicy(freeze.metadata.name, withList(name, expression), bindingOf(freeze.metadata.name));

  test.each([
    ['protected', "['cert-manager']"],
    ['protected', '[]'],
    ['protected', "['team-*', '*-vault']"],
    ['exempt', "[{'who': 'system:serviceaccount:kube-system:cilium-operator', 'group': 'cilium.io', 'resource': '*'}]"],
    [
      'exempt',
      "[{'who': 'a', 'group': '', 'resource': 'pods/status'}, {'who': 'b', 'group': 'x.io', 'resource': '*'},]",
    ],
  ])('%s is told: %s', (name, expression) => {
    expect(examine(name, expression)).toMatchObject({ problems: [], lists: { [name]: expression } });
  });

  test.each([
    ['protected', '[request.namespace]'],
    ['protected', "['a'] + [request.namespace]"],
    ['exempt', "[{'who': request.userInfo.username, 'group': request.resource.group, 'resource': '*'}]"],
    ['exempt', "true ? [{'who': 'a', 'group': '', 'resource': '*'}] : []"],
  ])('%s must be plain: %s', (name, expression) => {
    expect(examine(name, expression).problems).toEqual([`its list "${name}" is not a plain list`]);
  });

  test('any other variable is not one', () => {
    expect(examine('platform', '[]').problems).toEqual(['the policy differs from what is shipped']);
  });
});

test('the labels are spelled as the functions spell them', () => {
  const labels = Object.values(texts).flatMap(
    (text) => text.match(/namespace-sentinel\.io\/(quarantine|releasing|restored)\b/g) ?? [],
  );
  expect([...new Set(labels)].sort()).toEqual([QUARANTINE_LABEL, RELEASING_LABEL, RESTORED_LABEL]);
});
