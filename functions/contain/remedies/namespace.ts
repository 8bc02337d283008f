import type { Proposal } from '../../contract/containment.ts';
import { GROUPS, QUARANTINE_LABEL } from '../../kubernetes/quarantine.ts';
import type { Facts } from '../framework/facts.ts';
import type { Remedy } from './remedy.ts';

/**
 * The last step, which the playbook never takes. With the UID as a precondition, which `kubectl delete namespace` cannot
 * send: a namespace that was made again under the name stays.
 */
export const deleteNamespace: Remedy = { name: 'delete-namespace', propose };

function propose({ context }: Facts): Proposal[] {
  const { namespace, uid } = context.run.target;
  const lift = JSON.stringify({ metadata: { uid, labels: { [QUARANTINE_LABEL]: null } } });
  return [
    {
      text:
        `When the evidence is secured and nobody needs ${namespace} any more: lift the quarantine label, as it refuses ` +
        'deletion, and at once delete the namespace, by its UID (the manifest is the file delete-namespace.json). It takes ' +
        'its volume claims and Secrets with it.',
      commands: [
        [
          'kubectl',
          'patch',
          'namespace',
          namespace,
          '--as=release',
          `--as-group=${GROUPS.release}`,
          '--type=merge',
          '-p',
          lift,
        ],
        ['kubectl', 'delete', '--raw', `/api/v1/namespaces/${namespace}`, '-f', 'delete-namespace.json'],
      ],
      manifest: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } },
    },
  ];
}
