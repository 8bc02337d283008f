/** Intruders who reach for the nodes. */
import { workload } from '../incidents/objects.ts';
import { acts, times } from './acts.ts';
import { grave, thief } from './people.ts';
import type { Person, Situation } from './situation.ts';
import {
  admin,
  alice,
  atRoot,
  bob,
  byAlice,
  byBob,
  byDana,
  byPipeline,
  hostRoot,
  lately,
  pipeline,
} from './thieves.ts';
import { container, job, OWN, pod, rule, service, space, webhook } from './things.ts';

export const HOST: readonly Situation[] = [
  {
    name: 'root-of-every-node',
    ...byDana,
    story:
      'A stolen administrator makes a namespace that allows privileged pods, and a DaemonSet that enters the namespaces of every node.',
    creation: [admin.create(space('node-tuning', { 'pod-security.kubernetes.io/enforce': 'privileged' }))],
    after: [
      admin.create(
        workload('DaemonSet', 'node-tuning', 'tuner', {
          hostPID: true,
          hostNetwork: true,
          containers: [
            container('docker.io/library/alpine:3.22', ['nsenter', '--target', '1', '--mount', '--pid', 'sh'], {
              securityContext: { privileged: true },
            }),
          ],
        }),
      ),
    ],
  },
  {
    name: 'socket-of-the-runtime',
    ...byAlice,
    story: 'A stolen developer session starts a pod that mounts the socket of the container runtime.',
    creation: [alice.create(space('cache-warmer'))],
    after: [
      alice.create(
        pod('cache-warmer', 'warmer', {
          volumes: [{ name: 'run', hostPath: { path: '/run/containerd/containerd.sock' } }],
          containers: [
            container('docker.io/library/alpine:3.22', ['sleep', 'infinity'], {
              volumeMounts: [{ name: 'run', mountPath: '/run/c.sock' }],
            }),
          ],
        }),
      ),
    ],
  },
  {
    name: 'volume-of-the-host',
    ...byDana,
    story:
      'A stolen administrator makes a persistent volume of the root of a node, and claims it for a pod that looks harmless.',
    creation: [admin.create(space('data-import'))],
    after: [
      admin.create({
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: { name: 'data-import' },
        spec: {
          capacity: { storage: '1Gi' },
          accessModes: ['ReadWriteOnce'],
          storageClassName: 'import',
          hostPath: { path: '/' },
        },
      }),
      admin.create({
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { namespace: 'data-import', name: 'data' },
        spec: {
          accessModes: ['ReadWriteOnce'],
          storageClassName: 'import',
          resources: { requests: { storage: '1Gi' } },
        },
      }),
      admin.create(
        pod('data-import', 'import', {
          volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
          containers: [
            container('docker.io/library/alpine:3.22', ['sleep', 'infinity'], {
              volumeMounts: [{ name: 'data', mountPath: '/data' }],
            }),
          ],
        }),
      ),
    ],
  },
  {
    name: 'credentials-of-the-node',
    ...byAlice,
    story:
      "A stolen developer session runs a pod in the host's network, which asks the metadata service for the credentials of the node.",
    creation: [alice.create(space('health-probe'))],
    after: [
      alice.create(
        pod('health-probe', 'probe', {
          hostNetwork: true,
          containers: [
            container(`${OWN}/tools:1.0.0`, [
              'sh',
              '-c',
              'curl -s http://169.254.169.254/latest/meta-data/iam/security-credentials/',
            ]),
          ],
        }),
      ),
    ],
  },
  {
    name: 'lookalike-with-agent',
    ...byDana,
    story:
      'A stolen administrator makes kube-systen, one letter beside kube-system, and runs an agent on every node with its files mounted.',
    creation: [admin.create(space('kube-systen'))],
    after: [
      admin.create(
        workload('DaemonSet', 'kube-systen', 'kube-proxy', {
          volumes: [hostRoot],
          tolerations: [{ operator: 'Exists' }],
          containers: [container('docker.io/library/busybox:1.37', ['sleep', 'infinity'], atRoot)],
        }),
      ),
    ],
  },
  {
    name: 'wipes-its-tracks',
    ...byDana,
    story:
      'A stolen administrator makes a namespace, runs a privileged pod in it for a moment, and deletes pod and events.',
    creation: [admin.create(space('maintenance'))],
    after: [
      admin.create(
        pod('maintenance', 'fix', {
          hostPID: true,
          containers: [
            container('docker.io/library/alpine:3.22', ['nsenter', '-t', '1', '-a'], {
              securityContext: { privileged: true },
            }),
          ],
        }),
      ),
      admin.remove('/api/v1/namespaces/maintenance/pods/fix?gracePeriodSeconds=0'),
      admin.remove('/api/v1/namespaces/maintenance/events'),
      admin.remove('/api/v1/namespaces/default/events'),
    ],
  },
  {
    name: 'gone-within-minutes',
    ...byPipeline,
    story:
      'With the token of the pipeline, an intruder makes a namespace, runs a pod that opens the root of a node, and deletes the namespace.',
    creation: [pipeline.create(space('tmp-7f3a'))],
    after: [
      pipeline.create(
        pod('tmp-7f3a', 'x', {
          volumes: [hostRoot],
          containers: [
            container('docker.io/library/alpine:3.22', ['chroot', '/host', 'sh'], {
              ...atRoot,
              securityContext: { privileged: true },
            }),
          ],
        }),
      ),
      pipeline.remove('/api/v1/namespaces/tmp-7f3a'),
    ],
  },
  {
    name: 'door-in-every-node',
    ...byBob,
    story:
      'A stolen developer session runs an SSH server as root in a pod with dangerous capabilities, and opens a port of every node to it.',
    creation: [bob.create(space('file-share'))],
    after: [
      bob.create(
        pod('file-share', 'share', {
          shareProcessNamespace: true,
          containers: [
            container('docker.io/linuxserver/openssh-server:10.0', undefined, {
              securityContext: { runAsUser: 0, capabilities: { add: ['SYS_ADMIN', 'SYS_PTRACE', 'NET_ADMIN'] } },
            }),
          ],
        }),
      ),
      bob.create(
        service('file-share', 'share', 'NodePort', { ports: [{ port: 22, targetPort: 2222, nodePort: 30_022 }] }),
      ),
    ],
  },
  {
    name: 'weakens-the-gate',
    ...byDana,
    story:
      'A stolen administrator makes a namespace, opens its Pod Security, deletes the policy that refuses root, and runs a privileged job.',
    standing: [webhook('Validating', 'refuse-root', { url: 'https://policy.example.com/v' })],
    creation: [admin.create(space('imports', { 'pod-security.kubernetes.io/enforce': 'restricted' }))],
    after: [
      admin.merge('/api/v1/namespaces/imports', {
        metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } },
      }),
      admin.remove('/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/refuse-root'),
      admin.create(
        job('imports', 'import', {
          hostPID: true,
          containers: [
            container('docker.io/library/alpine:3.22', ['sh', '-c', 'cat /proc/1/root/etc/shadow'], {
              securityContext: { privileged: true },
            }),
          ],
        }),
      ),
    ],
  },
  {
    name: 'account-reaches-further',
    kind: 'hostile',
    story:
      'The token of a controller that makes tenants is used from outside: a namespace, a privileged pod in it, and a shell in that pod.',
    ...(() => {
      const controller: Person = {
        who: {
          account: 'tenants/tenant-maker',
          rights: [rule('', 'namespaces', 'get,list,create'), rule('', 'pods,pods/exec', '*')],
        },
        address: '10.0.5.14',
        userAgent: 'tenant-maker/v2.3.0',
      };
      const stolen = acts(thief(controller, 'kubectl/v1.36.3 (linux/amd64) kubernetes/abcdef0'));
      return {
        expect: grave({
          actor: 'system:serviceaccount:tenants:tenant-maker',
          right: 'tenants-tenant-maker',
          binding: 'ClusterRoleBinding tenants-tenant-maker',
        }),
        before: [times(3, lately(controller))],
        creation: [stolen.create(space('tenant-00'))],
        after: [
          stolen.create(
            pod('tenant-00', 'tools', {
              containers: [
                container('docker.io/nicolaka/netshoot:0.14', ['sleep', 'infinity'], {
                  securityContext: { privileged: true },
                }),
              ],
            }),
          ),
          stolen.exec('tenant-00', 'tools', 'sh', '-c', 'mount /dev/nvme0n1p1 /mnt'),
        ],
      };
    })(),
  },
];
