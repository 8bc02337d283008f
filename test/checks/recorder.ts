/** Notes what the calls of a check stand for: rights in the cluster, and actions in AWS. */
import type { CheckClients } from '../../functions/checks/check.ts';
import { ACTIONS } from '../../functions/clients/aws/actions.ts';
import type { Kubernetes } from '../../functions/clients/kubernetes/kubernetes.ts';

/** `/apis/apps/v1/namespaces/shop/deployments/web`, with or without group, namespace and name. */
const PATH = /^\/(?:api|apis\/([^/]+))\/v[^/]+(?:\/namespaces\/[^/]+)?\/([a-z]+)(?:\/([^/]+))?$/;

/** The right that a request is authorised by: `get roles.rbac.authorization.k8s.io`. */
export function rightOf(verb: 'get' | 'list', path: string): string {
  const [, group, resource, name] = PATH.exec(path) ?? [];
  if (!resource || (name !== undefined) !== (verb === 'get')) throw new Error(`${verb} ${path}: no such path`);
  return `${verb} ${group ? `${resource}.${group}` : resource}`;
}

type Port = keyof typeof ACTIONS;

export class Recorder {
  readonly rights = new Set<string>();
  readonly actions = new Set<string>();

  /** The same cluster. What is served is told to everybody (`system:discovery`). */
  cluster(within: Kubernetes): Kubernetes {
    const note = (right: string) => this.rights.add(right);
    return {
      read: (path, signal) => {
        note(rightOf('get', path));
        return within.read(path, signal);
      },
      list: (path, signal, options) => {
        note(rightOf('list', path));
        return within.list(path, signal, options);
      },
      listMetadata: (path, signal, options) => {
        note(rightOf('list', path));
        return within.listMetadata(path, signal, options);
      },
      may: (question, signal) => {
        note('create subjectaccessreviews.authorization.k8s.io');
        return within.may(question, signal);
      },
      kinds: (signal) => within.kinds(signal),
    };
  }

  clients(within: CheckClients): CheckClients {
    return Object.fromEntries(
      Object.entries(within).map(([port, client]) => [port, this.#port(port as Port, client as object)]),
    );
  }

  #port(port: Port, client: object): object {
    const actions: Record<string, readonly string[]> = ACTIONS[port];
    return new Proxy(client, {
      get: (target, method) => {
        const value = Reflect.get(target, method, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          const known = actions[String(method)];
          if (!known) throw new Error(`which actions ${port}.${String(method)} stands for is not known`);
          for (const action of known) this.actions.add(action);
          return Reflect.apply(value, target, args);
        };
      },
    });
  }
}
