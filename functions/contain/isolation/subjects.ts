/** Which subjects a binding gives rights to: accounts of a namespace, or others as well. */
import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { records, text } from '../../kit/json.ts';

export interface Subjects {
  /** Positions of the subjects that are accounts, or the group of all accounts, of the namespace. */
  own: number[];
  /** Whether there are no others, so that the binding can go as a whole. */
  wholly: boolean;
}

/**
 * The subjects of a binding that belong to a namespace: ServiceAccounts, the group of its accounts, and users named like
 * one. The last count as its own, but not for {@link Subjects.wholly}: nothing says that such a user is the account.
 */
export function subjectsOf({ metadata, subjects }: KubernetesObject, namespace: string): Subjects {
  const all = records(subjects);
  const belongs = all.map(({ kind, name, namespace: of }) => {
    if (kind === 'ServiceAccount') return (text(of) ?? metadata.namespace) === namespace ? 'own' : 'other';
    if (kind === 'Group') return name === `system:serviceaccounts:${namespace}` ? 'own' : 'other';
    const named = kind === 'User' && text(name)?.startsWith(`system:serviceaccount:${namespace}:`);
    return named ? 'named' : 'other';
  });
  return {
    own: belongs.flatMap((each, index) => (each === 'other' ? [] : [index])),
    wholly: all.length > 0 && belongs.every((each) => each === 'own'),
  };
}
