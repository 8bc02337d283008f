import { command } from '../../contract/commands/command.ts';
import type { Proposal } from '../../contract/containment.ts';
import { GROUPS, QUARANTINE_LABEL } from '../../kubernetes/quarantine.ts';
import type { ContainmentFacts } from '../framework/containment-facts.ts';
import { FREEZE_NEEDS } from '../framework/needs.ts';
import { exemption } from '../isolation/freeze.ts';
import type { Remedy } from './remedy.ts';

/**
 * The last step, which the playbook never takes. The namespace stays quarantined until nothing is left of it: the policies
 * refuse its deletion to everybody but a person who acts as the break-glass group. With the UID as a precondition, which
 * `kubectl delete namespace` does not send, a namespace that was made again under the name stays.
 */
export const deleteNamespace: Remedy = { name: 'delete-namespace', aim: 'deletion', needs: FREEZE_NEEDS, propose };

async function propose({ context }: ContainmentFacts): Promise<Proposal[]> {
  const { run, folder, cluster, signal } = context;
  const { namespace, uid } = run.target;
  const options = { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid } };
  const file = await folder.add('manifests/delete-namespace.json', `${JSON.stringify(options)}\n`, 'application/json');
  const { fetch, path } = folder.fileAtHand(file);
  const [toDelete, toLift] = await Promise.all([
    exemption(cluster.kubernetes, GROUPS.breakGlass, signal),
    exemption(cluster.kubernetes, GROUPS.release, signal),
  ]);
  const lift = [
    { op: 'test', path: '/metadata/uid', value: uid },
    { op: 'test', path: '/status/phase', value: 'Terminating' },
    { op: 'remove', path: `/metadata/labels/${QUARANTINE_LABEL.replace('/', '~1')}` },
  ];
  return [
    {
      text:
        `When the evidence is secured and nobody needs ${namespace} any more, delete it as an administrator of the cluster. ` +
        'It stays quarantined to its end, and takes its volume claims and Secrets with it.' +
        (fetch.length > 0 ? ' The first line fetches the file that names its UID.' : ''),
      commands: [
        ...fetch,
        command('kubectl delete --raw', [`/api/v1/namespaces/${namespace}`], { '-f': path, ...toDelete }),
      ],
    },
    {
      text:
        `If ${namespace} then stays in Terminating, its status says which objects wait for a finalizer, and the quarantine ` +
        'refuses to let anybody remove it. The second line lifts the quarantine, of a namespace that is being ' +
        'deleted and of no other: nothing new can be created in it.',
      commands: [
        command('kubectl get', ['namespace', namespace], { '-o': 'yaml' }),
        command('kubectl patch', ['namespace', namespace], {
          '--type': 'json',
          '--patch': JSON.stringify(lift),
          ...toLift,
        }),
      ],
    },
  ];
}
