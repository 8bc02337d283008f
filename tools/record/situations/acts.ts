/** Requests, in the words of whoever makes them. */
import type { Act, Person } from './situation.ts';

interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name?: string; generateName?: string; namespace?: string };
}

const IRREGULAR: Record<string, string> = {
  networkpolicy: 'networkpolicies',
  ingress: 'ingresses',
  ingressclass: 'ingressclasses',
  storageclass: 'storageclasses',
  priorityclass: 'priorityclasses',
};

const pluralOf = (kind: string): string => IRREGULAR[kind.toLowerCase()] ?? `${kind.toLowerCase()}s`;

/** Where the kind is listed. */
function collection({ apiVersion, kind, metadata: { namespace } }: Manifest): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${root}${namespace ? `/namespaces/${namespace}` : ''}/${pluralOf(kind)}`;
}

const APPLY = { 'content-type': 'application/apply-patch+yaml' };

/** What one person does. */
export const acts = (by: Person) => ({
  create: (manifest: object, headers: Record<string, string> = {}): Act => ({
    by,
    method: 'POST',
    path: collection(manifest as Manifest),
    body: manifest,
    headers,
    code: [201],
  }),
  /** By server-side apply. */
  apply: (manifest: object, manager: string, headers: Record<string, string> = {}): Act => ({
    by,
    method: 'PATCH',
    path: `${collection(manifest as Manifest)}/${(manifest as Manifest).metadata.name}?fieldManager=${manager}&force=true`,
    body: manifest,
    headers: { ...APPLY, ...headers },
    code: [200, 201],
  }),
  get: (path: string, headers: Record<string, string> = {}): Act => ({ by, method: 'GET', path, headers, code: [200] }),
  merge: (path: string, body: object): Act => ({
    by,
    method: 'PATCH',
    path,
    body,
    headers: { 'content-type': 'application/merge-patch+json' },
    code: [200],
  }),
  post: (path: string, body: object): Act => ({ by, method: 'POST', path, body, code: [200, 201] }),
  put: (path: string, body: object): Act => ({ by, method: 'PUT', path, body, code: [200] }),
  remove: (path: string): Act => ({ by, method: 'DELETE', path, code: [200, 202] }),
  /** Its shell is in no kubelet here: the API server logs the request, whatever the node answers. */
  exec: (namespace: string, pod: string, ...command: string[]): Act => ({
    by,
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/pods/${pod}/exec?${[...command.map((each) => `command=${encodeURIComponent(each)}`), 'stdout=true'].join('&')}`,
    code: [101, 200, 400, 404, 500, 502, 503],
  }),
});

/** The same request, refused. */
export const refused = (act: Act): Act => ({ ...act, code: [403] });
export const times = (count: number, act: Act): Act => ({ ...act, times: count });
