import type { AccessQuestion, KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { defined } from '../../kit/defined.ts';
import { record, records, text, texts } from '../../kit/json.ts';
import { subjectsOf } from '../isolation/subjects.ts';
import type { ClusterReader } from './cluster-reader.ts';

type Right = Omit<AccessQuestion, 'user' | 'groups'>;

/** What every account may, so that it tells nothing: to ask about itself. */
const OF_EVERYBODY = /^self.*reviews$/;

/** The rights that the namespace's accounts had by the bindings of the snapshot, as their roles are now. */
export async function rightsBefore(look: ClusterReader): Promise<Right[]> {
  const { namespace } = look.target;
  const snapshots = await look.snapshots();
  const objects = snapshots.flatMap(({ objects, bindings }) => [...objects, ...bindings]).map(({ object }) => object);
  const bindings = objects.filter(
    (object) => /^(Cluster)?RoleBinding$/.test(object.kind) && subjectsOf(object, namespace).own.length > 0,
  );
  if (bindings.length === 0) return [];
  // Roles of the namespace may have been deleted since.
  const roles = [...(await look.roles()), ...objects.filter(({ kind }) => kind === 'Role')];
  const rights = bindings.flatMap((binding) => {
    const where = binding.metadata.namespace;
    return records(roleOf(binding, roles)?.['rules']).flatMap((rule) =>
      rightsOf(rule).map((right): Right => ({ ...right, ...defined({ namespace: where }) })),
    );
  });
  return [...new Map(rights.map((right) => [JSON.stringify(right), right])).values()];
}

function roleOf(binding: KubernetesObject, roles: readonly KubernetesObject[]): KubernetesObject | undefined {
  const { kind, name } = record(binding['roleRef']);
  const where = kind === 'Role' ? binding.metadata.namespace : undefined;
  return roles.find(({ metadata }) => metadata.name === name && metadata.namespace === where);
}

/** A rule as questions, each of which it alone would answer with yes. */
const rightsOf = (rule: Record<string, unknown>): Right[] =>
  texts(rule['verbs']).flatMap((verb) =>
    // The core group is the empty text.
    [...new Set(Array.isArray(rule['apiGroups']) ? rule['apiGroups'].map(String) : [])].flatMap((group) =>
      texts(rule['resources'])
        .filter((resource) => !OF_EVERYBODY.test(resource))
        .flatMap((full) => {
          const [resource = '', subresource] = full.split('/');
          const name = text(texts(rule['resourceNames'])[0]);
          return { verb, group, resource, ...defined({ subresource: subresource || undefined, name }) };
        }),
    ),
  );
