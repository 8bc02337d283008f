import { roleSession } from '../actors.ts';
import type { Incident } from './incident.ts';
import { modestPod, namespace, workload } from './objects.ts';

const NAME = 'checkout-preview';

const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: NAME, name: 'checkout' },
  spec: { selector: { app: 'checkout' }, ports: [{ port: 80, targetPort: 8080 }] },
};

export const developerNamespace: Incident = {
  name: 'developer-namespace',
  title: "A developer's ordinary namespace",
  story:
    'Alice, a developer, needs a place to preview a change of the checkout. She creates a namespace with kubectl, with ' +
    "the labels that her team uses and Pod Security set to restricted. Then she deploys the service from the company's " +
    'own registry, without privileges and reachable inside the cluster only. Nothing of it deserves an alert that wakes ' +
    'anybody.',
  kind: 'benign',
  expect: {
    first: { atMost: 'LOW' },
    second: { atMost: 'LOW' },
    told: ['first'],
    facts: {
      actor: 'arn:aws:iam::111122223333:role/Dev',
      right: 'developer',
      binding: 'ClusterRoleBinding developers',
      person: 'alice@example.com',
    },
  },
  right: {
    kind: 'right',
    object: 'ClusterRoleBinding developers',
    what: 'The group developers, which her access entry gives, may create namespaces by the ClusterRole developer.',
  },
  async run(scene) {
    const alice = await roleSession(scene.twin, 'Dev', 'alice@example.com');
    await scene.begin();
    await scene.kubectl(alice, 'looks at the namespaces', ['get', 'namespaces']);
    const labels = { team: 'checkout', 'pod-security.kubernetes.io/enforce': 'restricted' };
    const object = namespace(NAME, labels, { owner: 'alice@example.com', ticket: 'SHOP-1234' });
    await scene.kubectlCreate(alice, 'creates the namespace', ['apply', '-f', '-'], NAME, object);
    await scene.look('first');
    const items = [workload('Deployment', NAME, 'checkout', modestPod('checkout'), 2), service];
    const list = { apiVersion: 'v1', kind: 'List', items };
    await scene.kubectl(alice, 'deploys the preview', ['apply', '-f', '-'], list, [
      {
        kind: 'workload',
        object: `Deployment ${NAME}/checkout`,
        what: 'Two pods of the checkout, without privileges.',
      },
    ]);
    await scene.kubectl(alice, 'looks at its pods', ['get', 'pods', '-n', NAME]);
    await scene.look('second');
  },
};
