/** What a role lets somebody write in a namespace. */
import type { Rule } from '../attempts.ts';
import { KINDS } from './objects.ts';

const WRITES = ['create', 'update', 'patch', 'delete', 'deletecollection'];

/** Of admission, by the verb of a role. */
export const OPERATIONS: Record<string, string> = {
  create: 'CREATE',
  update: 'UPDATE',
  patch: 'UPDATE',
  delete: 'DELETE',
  deletecollection: 'DELETE',
};

export interface Write {
  verb: string;
  group: string;
  resource: string;
  subresource?: string | undefined;
}

/** The writes of a role in a namespace, of what is served and has no name of its own in the rule. */
export function writesOf(
  rules: readonly (Rule & { resourceNames?: string[] })[],
  served: ReadonlySet<string>,
): Write[] {
  const all = rules.flatMap(({ verbs, apiGroups = [], resources = [], resourceNames }) =>
    resourceNames
      ? []
      : verbs
          .flatMap((verb) => (verb === '*' ? WRITES : verb))
          .filter((verb) => WRITES.includes(verb))
          .flatMap((verb) =>
            apiGroups.flatMap((group) =>
              resources.flatMap((full): Write[] => {
                const [resource = '', subresource] = full.split('/');
                const names = Object.keys(KINDS).filter(
                  (name) =>
                    (group === '*' || name.startsWith(`${group}/`)) && ['*', name.split('/')[1]].includes(resource),
                );
                return names.map((name) => {
                  const [of = '', kind = ''] = name.split('/');
                  return { verb, group: of, resource: kind, subresource };
                });
              }),
            ),
          ),
  );
  const known = all.filter(({ group, resource, subresource }) =>
    served.has(`${group}/${resource}${subresource ? `/${subresource}` : ''}`),
  );
  return [...new Map(known.map((write) => [nameOf(write), write])).values()];
}

export const nameOf = ({ verb, group, resource, subresource }: Write) =>
  `${verb} ${resource}${subresource ? `/${subresource}` : ''}.${group}`;
