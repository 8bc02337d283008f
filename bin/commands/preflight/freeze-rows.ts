/** The exemptions of the freeze, as its policy lists them: who may write what in a quarantined namespace. */
import type { KubernetesObject } from '../../../functions/clients/kubernetes/kubernetes.ts';
import { record, records } from '../../../functions/kit/json.ts';

export interface FreezeRow {
  /** A user or group; of the list `controllers`, the name of a ServiceAccount in kube-system. */
  who: string;
  /** `*` for all, as in `resource`. */
  group: string;
  /** With its subresource: `services/status`. */
  resource: string;
  /** Operations of admission, with spaces between them: `CREATE UPDATE DELETE`. */
  may: string;
  /** What of the object may differ afterwards; absent where all of it may. */
  only?: string;
  finalizer?: string;
  /** The line of a published role or code; `none` where nothing is published. */
  source: string;
}

/**
 * @param policy the freeze as `cluster/policies/freeze.yaml` has it
 * @param variable of the policy that holds the list
 * @throws {SyntaxError} when it is not a list of literals
 */
export function freezeRows(policy: KubernetesObject, variable: 'platform' | 'controllers'): FreezeRow[] {
  const { expression } = records(record(policy['spec'])['variables']).find(({ name }) => name === variable) ?? {};
  const literals = String(expression)
    .replace(/^[ \t]*\/\/.*$/gm, '')
    .replaceAll("'", '"')
    .replace(/,\s*\]/g, ']');
  return JSON.parse(literals);
}
