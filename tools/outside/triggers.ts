/** Triggers in the words of the lists. */
import type { Request, Trigger } from './item.ts';

const SPACE = 'checkout-preview';
const IMAGE = 'registry.example.com/app:1';
const RBAC = 'rbac.authorization.k8s.io';
const ADMISSION = 'admissionregistration.k8s.io';

const rule = (group: string, resources: string, verbs: string): object => ({
  apiGroups: group.split(','),
  resources: resources.split(','),
  verbs: verbs.split(','),
});

/** Pods. */
export const pod = (spec: object, container: object = {}): Trigger => ({
  pods: [{ containers: [{ name: 'main', image: IMAGE, ...container }], ...spec }],
});
export const context = (securityContext: object, spec: object = {}): Trigger => pod(spec, { securityContext });
export const command = (...words: string[]): Trigger => pod({}, { command: words });
export const mounts = (path: string, readOnly = false): Trigger =>
  pod(
    { volumes: [{ name: 'host', hostPath: { path } }] },
    { volumeMounts: [{ name: 'host', mountPath: '/mnt', readOnly }] },
  );

/** Rights that the new namespace's account is given. */
export const given = (group: string, resources: string, verbs: string): Trigger => ({
  given: [rule(group, resources, verbs)],
});

/** The same for an account that was made for it, not the one that each pod has. */
export const givenToAgent = (group: string, resources: string, verbs: string): Trigger => ({
  ...given(group, resources, verbs),
  bound: { role: 'given', subjects: [{ kind: 'ServiceAccount', namespace: SPACE, name: 'agent' }] },
});

/** Rights that the creator has. */
export const held = (group: string, resources: string, verbs: string): Trigger => ({
  held: [rule(group, resources, verbs)],
});

/** What the creator does. */
export const does = (verb: string, resource: string, more: Partial<Request> = {}): Trigger => ({
  requests: [{ verb, resource, ...more }],
});
export const execs = (...words: string[]): Trigger =>
  does('create', 'pods/exec', {
    namespace: SPACE,
    name: 'web-0',
    code: 101,
    query: `?${words.map((word) => `command=${encodeURIComponent(word)}`).join('&')}`,
  });
export const inRbac = (verb: string, resource: string, more: Partial<Request> = {}): Trigger =>
  does(verb, resource, { group: RBAC, ...more });
export const inAdmission = (verb: string, resource: string, more: Partial<Request> = {}): Trigger =>
  does(verb, resource, { group: ADMISSION, name: 'gate', ...more });
export const together = (...triggers: Trigger[]): Trigger => Object.assign({}, ...triggers);
export { SPACE };
