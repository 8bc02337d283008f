/** Attacks with a stolen identity: values that a right to a kind would allow, each a row of docs/security-rights.md. */
import type { KubeRequest } from '../../../tools/twin/kube.ts';

/** The identities that `cluster/` installs, by their Kubernetes group without its prefix. */
export const IDENTITIES = ['observer', 'contain', 'probe', 'release', 'break-glass'] as const;
export type IdentityName = (typeof IDENTITIES)[number];

/**
 * Where a request is made: in an ordinary namespace, in a quarantined one, in one that is being released, in a protected
 * one.
 */
export const PLACES = { free: 'ordinary', pen: 'quarantined', loose: 'being released', vault: 'protected' } as const;
export type Place = keyof typeof PLACES;

/** The namespace that stands for a protected one; cluster/policies name it. */
const PROTECTED = 'amazon-guardduty';
export const namespaceOf = (place: Place): string => (place === 'vault' ? PROTECTED : place);

/** Whether the page says that it is refused; `open` is what the page says a thief can still do. */
export type Expectation = 'refused' | 'open';

export interface Attack {
  /** What it would do, as the page says it after "it could". */
  what: string;
  request: KubeRequest;
  expect: Expectation;
  /** The answer of a success, where it cannot be one here: no kubelet answers. */
  answer?: RegExp;
}

/** An attack before it is known what comes of it. */
export type Try = Omit<Attack, 'expect'>;

export const all = (attacks: readonly Try[], expect: Expectation): Attack[] =>
  attacks.map((attack) => ({ ...attack, expect }));

/** UIDs of the namespaces; `free-2` is one more that is ordinary. */
export type Uids = Readonly<Record<Place | 'free-2', string>>;

const patch =
  (type: string) =>
  (path: string, body: unknown): KubeRequest => ({
    method: 'PATCH',
    path,
    body,
    headers: { 'content-type': `application/${type}+json` },
  });

/** A JSON patch (RFC 6902): a list of operations. */
export const json = patch('json-patch');
/** A strategic merge patch, with its directives. */
export const strategic = patch('strategic-merge-patch');

/** A server-side apply that takes every field from whoever has it. */
export const apply = (path: string, body: object): KubeRequest => ({
  method: 'PATCH',
  path: `${path}?force=true&fieldManager=kubectl`,
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/apply-patch+yaml' },
});
/** A deletion with its options. */
export const deletion = (path: string, options: object): KubeRequest => ({
  method: 'DELETE',
  path,
  body: { apiVersion: 'v1', kind: 'DeleteOptions', ...options },
});

/** The API server was let through to a node that has no kubelet here. */
export const NO_KUBELET = /no preferred addresses found/;
