/** Cases of the proofs that nothing of it runs. */
import { IMPOSSIBLE_KEY } from '../../../functions/kubernetes/quarantine.ts';
import { inside, NOW, UID } from '../stage.ts';
import { type Contained, NODE, pods, type Row } from './contained.ts';

const GONE = { name: 'web', uid: 'u', node: 'node-1', bootId: 'b-1', seen: 'gone', graceful: true, nodeAnswered: true };
const answering = (more: object = {}, taints: object[] = []) => ({
  ...NODE,
  spec: { taints },
  status: { conditions: [{ type: 'Ready', status: 'True' }], nodeInfo: { bootID: 'b-1' }, ...more },
});
/** What ran is gone, and this was seen of it. */
const gone =
  (end: object = {}, ...objects: object[]) =>
  async (on: Contained) => {
    await on.drop(`${pods}/running`);
    await on.finished('removeWorkloads', NOW, { pods: [{ ...GONE, ...end }] });
    on.add(answering(), ...objects);
  };
const lease = (renewTime: number) => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'node-1', namespace: 'kube-node-lease' },
  spec: { renewTime: new Date(renewTime).toISOString() },
});
const withLease =
  (ago: number) =>
  async (on: Contained): Promise<void> => {
    on.cluster.serve(['coordination.k8s.io/v1', 'Lease', 'leases']);
    await gone({}, lease(NOW - ago))(on);
  };

export const REMOVAL_CASES: Row[] = [
  ['no-pods', 'something runs', () => 0, 'not-proven', /Pod evil\/running/],
  [
    'no-pods',
    'what ran has ended',
    async (on) => {
      await gone({ seen: 'ended' })(on);
      on.add(inside('v1', 'Pod', 'running', { status: { phase: 'Failed' } }));
    },
    'proven',
    /Listed twice/,
  ],
  [
    'no-pods',
    'one that others say has failed, while its kubelet has not',
    (on) =>
      on.add(
        inside('v1', 'Pod', 'running', {
          status: { phase: 'Failed', containerStatuses: [{ name: 'main', state: { running: {} } }] },
        }),
      ),
    'not-proven',
    /Pod evil\/running/,
  ],
  ['no-pods', 'no run has written down how', (on) => on.drop(`${pods}/running`), 'not-proven', /no run has written/],
  ['no-pods', 'its kubelet has confirmed it', gone(), 'proven', /of 1 pod that there were/],
  ['no-pods', 'it went before anybody looked', gone({ seen: 'unseen' }), 'not-proven', /web \(it had gone before/],
  ['no-pods', 'its own grace period is 0', gone({ graceful: false }), 'not-proven', /web \(its own grace period is 0/],
  ['no-pods', 'by force', gone({ forced: 'it was deleted by force' }), 'not-proven', /by force.*crictl ps/],
  [
    'no-pods',
    'by force, on a node that has started again since',
    gone({ forced: 'it was deleted by force', bootId: 'b-0' }),
    'proven',
    /each kubelet has confirmed/,
  ],
  [
    'no-pods',
    'its node does not answer',
    gone({}, answering({ conditions: [{ type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown' }] })),
    'not-proven',
    /its node node-1 is not ready \(NodeStatusUnknown\)/,
  ],
  [
    'no-pods',
    'its node is out of service',
    gone({}, answering({}, [{ key: 'node.kubernetes.io/out-of-service' }])),
    'not-proven',
    /has the taint node.kubernetes.io\/out-of-service/,
  ],
  ['no-pods', 'its node has just fallen silent', withLease(60_000), 'not-proven', /has not renewed its lease since/],
  ['no-pods', 'its node renews its lease', withLease(10_000), 'proven', /each kubelet/],
  [
    'no-pods',
    'its node is gone, and answered when the pod went',
    async (on) => {
      await gone()(on);
      await on.drop('/api/v1/nodes/node-1');
    },
    'proven',
    /each kubelet/,
  ],
  [
    'no-pods',
    'its node is gone with it',
    async (on) => {
      await gone({ nodeAnswered: false })(on);
      await on.drop('/api/v1/nodes/node-1');
    },
    'not-proven',
    /its node node-1 is gone, and did not answer/,
  ],
  [
    'no-pods',
    'not all could be listed',
    (on) => (on.cluster.list = async () => ({ items: [], complete: false })),
    'not-proven',
    /not all pods could be listed/,
  ],
  ['nothing-can-start', 'stopped', () => 0, 'proven', /\(1 object\)/],
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
  ['volumes-kept', 'kept', () => 0, 'proven', /1 volume claim, and none is missing/],
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
