/** Notes what the calls of a step stand for: rights in the cluster, and actions in AWS. */
import { ACTIONS } from '../../functions/clients/aws/actions.ts';
import type { WritableAccess, WritableKubernetes } from '../../functions/clients/kubernetes/kubernetes-writer.ts';
import type { Needs } from '../../functions/contain/framework/needs.ts';
import { record } from '../../functions/kit/json.ts';

/** `/apis/apps/v1/namespaces/shop/deployments/web/scale?…`, with or without what may be missing. */
const PATH =
  /^\/(?:api|apis\/(?<group>[^/]+))\/v[^/]+(?:\/namespaces\/[^/]+(?=\/))?\/(?<resource>[a-z]+)(?:\/(?<name>[^/?]+))?(?:\/(?<sub>[a-z]+))?(?:\?.*)?$/;

const VERBS: Partial<Record<keyof WritableKubernetes, string>> = {
  read: 'get',
  stream: 'get',
  list: 'list',
  listMetadata: 'list',
  create: 'create',
  patch: 'patch',
  remove: 'delete',
};

/** The right that a request is authorised by: `get roles.rbac.authorization.k8s.io`, `create pods/exec`. */
export function rightOf(verb: string, path: string): string {
  const { group, resource, sub } = PATH.exec(path)?.groups ?? {};
  if (!resource) throw new Error(`${verb} ${path}: no such path`);
  return `${verb} ${resource}${sub ? `/${sub}` : ''}${group ? `.${group}` : ''}`;
}

export class Recorder {
  readonly rights = new Set<string>();
  readonly actions = new Set<string>();

  /** The same cluster. What is served, and its version, is told to everybody (`system:discovery`, `system:public-info-viewer`). */
  cluster(within: WritableKubernetes): WritableKubernetes {
    return intercepted(within, (method, [path, object]) => {
      if (method === 'may') this.rights.add('create subjectaccessreviews.authorization.k8s.io');
      const verb = VERBS[method as keyof WritableKubernetes];
      if (!verb || path === '/version') return;
      const right = rightOf(verb, String(path));
      this.rights.add(right);
      // Whoever makes a binding needs to be let give its role.
      const { kind } = record(record(object)['roleRef']);
      if (right.startsWith('create ') && kind)
        this.rights.add(`bind ${String(kind).toLowerCase()}s.rbac.authorization.k8s.io`);
    });
  }

  /** What was called that these needs do not mention. */
  beyond({ kubernetes = [], aws = [], optional = [] }: Needs): string[] {
    const said = new Set<string>([...kubernetes, ...optional, ...aws]);
    const anyKind = optional.filter((right) => right.endsWith(' *')).map((right) => right.slice(0, -1));
    const isSaid = (call: string) => said.has(call) || anyKind.some((verb) => call.startsWith(verb));
    return [...this.rights, ...this.actions].filter((call) => !isSaid(call));
  }

  /** Both together. */
  with(other: Recorder | undefined): this {
    for (const right of other?.rights ?? []) this.rights.add(right);
    for (const action of other?.actions ?? []) this.actions.add(action);
    return this;
  }

  /** The same clients, by the names of their ports. */
  clients<Clients extends object>(within: Clients): Clients {
    const ports = Object.entries(within).map(([port, client]) => {
      if (port === 'kubernetes') return [port, this.#access(client)];
      const known: Record<string, readonly string[]> = ACTIONS[port as keyof typeof ACTIONS];
      return [
        port,
        intercepted(client as object, (method) => {
          for (const action of known[method] ?? []) this.actions.add(action);
        }),
      ];
    });
    return Object.fromEntries(ports) as Clients;
  }

  #access(within: WritableAccess): WritableAccess {
    return {
      connect: async (...args) => {
        for (const action of ACTIONS.kubernetes.connect) this.actions.add(action);
        return this.cluster(await within.connect(...args));
      },
    };
  }
}

/** Tells of each call of a method. */
const intercepted = <T extends object>(within: T, tell: (method: string, args: unknown[]) => void): T =>
  new Proxy(within, {
    get(target, method) {
      const value = Reflect.get(target, method, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        tell(String(method), args);
        return Reflect.apply(value, target, args);
      };
    },
  });
