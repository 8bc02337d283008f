/** What an identity could try. */
import type { KubeAnswer, KubeRequest } from '../../tools/twin/kube.ts';

/** A verb tried on a kind. */
export interface Attempt {
  verb: string;
  group: string;
  resource: string;
  request: KubeRequest;
}

/** Every verb on every kind and subresource that the cluster serves; writes as dry runs, should one be let through. */
export async function everyAttempt(
  asAdmin: (request: KubeRequest) => Promise<KubeAnswer>,
  namespace = 'default',
): Promise<Attempt[]> {
  const groups = (await asAdmin({ path: '/apis' })).json as {
    groups: { name: string; preferredVersion: { groupVersion: string } }[];
  };
  const versions = [
    { group: '', path: '/api/v1' },
    ...groups.groups.map(({ name, preferredVersion }) => ({
      group: name,
      path: `/apis/${preferredVersion.groupVersion}`,
    })),
  ];
  const perVersion = await Promise.all(
    versions.map(async ({ group, path }) => {
      const { resources } = (await asAdmin({ path })).json as {
        resources: { name: string; namespaced: boolean }[];
      };
      return resources.flatMap(({ name, namespaced }) =>
        attemptsOn(path, group, name, namespaced ? namespace : undefined),
      );
    }),
  );
  return perVersion.flat();
}

function attemptsOn(version: string, group: string, name: string, namespace: string | undefined): Attempt[] {
  const [resource = '', subresource] = name.split('/');
  const collection = `${version}${namespace ? `/namespaces/${namespace}` : ''}/${resource}`;
  const one = `${collection}/x${subresource ? `/${subresource}` : ''}`;
  const json = { 'content-type': 'application/json' };
  const patch = { 'content-type': 'application/merge-patch+json' };
  const of = (verb: string, request: KubeRequest): Attempt => ({ verb, group, resource: name, request });
  const onOne = [
    of('get', { path: one }),
    of('update', { method: 'PUT', path: `${one}?dryRun=All`, body: {}, headers: json }),
    of('patch', { method: 'PATCH', path: `${one}?dryRun=All`, body: {}, headers: patch }),
    of('delete', { method: 'DELETE', path: `${one}?dryRun=All` }),
  ];
  if (subresource)
    return [...onOne, of('create', { method: 'POST', path: `${one}?dryRun=All`, body: {}, headers: json })];
  return [
    ...onOne,
    of('list', { path: `${collection}?limit=1` }),
    // No such version: refused as bad once it is allowed, and so ends at once.
    of('watch', { path: `${collection}?watch=1&resourceVersion=none` }),
    of('create', { method: 'POST', path: `${collection}?dryRun=All`, body: {}, headers: json }),
    of('deletecollection', { method: 'DELETE', path: `${collection}?dryRun=All` }),
  ];
}

/** A rule of a role. */
export interface Rule {
  verbs: string[];
  apiGroups: string[];
  resources: string[];
}

/** What rules grant, as `get pods.`. */
export const rightsOf = (rules: readonly Rule[]): string[] =>
  rules.flatMap(({ verbs, apiGroups, resources }) =>
    apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}.${group}`))),
  );

/** What Kubernetes grants to everybody who is authenticated. */
export const EVERYBODY = [
  'create selfsubjectaccessreviews.authorization.k8s.io',
  'create selfsubjectrulesreviews.authorization.k8s.io',
  'create selfsubjectreviews.authentication.k8s.io',
];

/** Makes the attempts, and compares with what is granted: refused by RBAC or not, whatever else is answered. */
export async function compare(
  attempts: readonly Attempt[],
  granted: ReadonlySet<string>,
  ask: (request: KubeRequest) => Promise<KubeAnswer>,
): Promise<{ wrong: string[]; allowed: string[] }> {
  const [wrong, allowed]: [string[], string[]] = [[], []];
  let next = 0;
  const worker = async () => {
    for (let attempt = attempts[next++]; attempt; attempt = attempts[next++]) {
      const { code, text } = await ask(attempt.request);
      const right = `${attempt.verb} ${attempt.resource}.${attempt.group}`;
      const refused = code === 403 && !text.includes('ValidatingAdmissionPolicy');
      if (!refused) allowed.push(right);
      if (granted.has(right) === refused) wrong.push(`${right}: ${code}`);
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  return { wrong, allowed };
}
