/** Cases of the proofs that nothing of it runs. */
import { IMPOSSIBLE_KEY } from '../../../functions/kubernetes/quarantine.ts';
import { inside, UID } from '../stage.ts';
import { NODE, type Row } from './contained.ts';

export const REMOVAL_CASES: Row[] = [
  ['no-pods', 'something runs', () => 0, 'not-proven', /Pod evil\/running/],
  [
    'no-pods',
    'what ran has ended',
    (on) => on.add(inside('v1', 'Pod', 'running', { status: { phase: 'Failed' } })),
    'proven',
    /Listed twice/,
  ],
  [
    'no-pods',
    'not all could be listed',
    (on) => (on.cluster.list = async () => ({ items: [], complete: false })),
    'not-proven',
    /not all pods could be listed/,
  ],
  ['nothing-can-start', 'stopped', () => 0, 'proven', /1 objects/],
  [
    'nothing-can-start',
    'scaled up',
    (on) => on.add(inside('apps/v1', 'Deployment', 'web', { spec: { replicas: 1 } })),
    'not-proven',
    /Deployment evil\/web/,
  ],
  [
    'nothing-can-start',
    'an autoscaler',
    (on) => on.add(inside('autoscaling/v2', 'HorizontalPodAutoscaler', 'hpa')),
    'not-proven',
    /hpa/,
  ],
  [
    'nothing-can-start',
    'a node fits',
    (on) => on.add({ ...NODE, metadata: { name: 'node-1', labels: { [IMPOSSIBLE_KEY]: UID } } }),
    'not-proven',
    /Node node-1/,
  ],
  ['volumes-kept', 'kept', () => 0, 'proven', /all 1/],
  [
    'volumes-kept',
    'deleted',
    (on) => on.drop('/api/v1/namespaces/evil/persistentvolumeclaims/data'),
    'not-proven',
    /data/,
  ],
  [
    'volumes-kept',
    'there were none',
    (on) => {
      on.store.files.clear();
      return on.snapshot([]);
    },
    'not-applicable',
    /no volume claim/,
  ],
  ['pods-refused', 'still frozen', () => 0, 'proven', /freeze/],
];
