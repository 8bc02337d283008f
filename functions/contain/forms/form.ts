/** The framework's contract: how objects of a kind look while they are contained, and how they get back. */
import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import type { KubernetesVerb } from '../../kubernetes/rbac.ts';
import { rights } from '../framework/needs.ts';
import { pluralOf, resourceName } from '../isolation/api-kinds.ts';

/** Where a kind is served. All of those that have a form are stable in version 1 of their groups. */
export const servedAt = ({ apiGroup, kind }: Pick<ContainmentForm, 'apiGroup' | 'kind'>) => ({
  apiVersion: apiGroup ? `${apiGroup}/v1` : 'v1',
  resource: pluralOf(kind),
});

/** Rights on the objects of a form. */
export const rightsOn = (form: Pick<ContainmentForm, 'apiGroup' | 'kind'>, ...verbs: KubernetesVerb[]) =>
  rights(verbs, resourceName(servedAt(form)));

/**
 * What containment changes in objects of one kind: only the fields named here, so that release gives back just those. For
 * kinds that are changed; what is deleted (bindings, accounts, bare pods) has no form. A file in `forms/`, and
 * a row in its table.
 */
export interface ContainmentForm {
  apiGroup: string;
  kind: string;
  /** To what end, in a few words, as an action says it. */
  what: string;
  /**
   * The merge patch that contains the object; undefined where it already is, or there is nothing to contain.
   *
   * @param uid of the namespace: it stands where a value is free, so that release knows what is ours
   */
  contain(live: KubernetesObject, uid: string): object | undefined;
  /** The merge patch that gives back what the object had; undefined where it has it. */
  restore(original: KubernetesObject, live: KubernetesObject): object | undefined;
  /**
   * The merge patch that gives back what release must not, as a stolen identity could do harm with it: for a person.
   * Absent where release gives back everything.
   */
  leaves?(original: KubernetesObject, live: KubernetesObject): object | undefined;
  /** Whether the fields are as containment leaves them: if not, somebody has changed them since. */
  isContained(original: KubernetesObject, live: KubernetesObject, uid: string): boolean;
}
