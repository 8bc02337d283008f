/** What has to go on in a quarantined namespace, by controllers and by contain. */

import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { IMPOSSIBLE_KEY } from '../../../functions/kubernetes/quarantine.ts';
import type { KubeRequest } from '../../../tools/twin/kube.ts';
import { dry, merge, OURS, POD, post, refusedBy, remove } from '../cluster-side.ts';
import { NODE, PATH, pen, side } from './scene.ts';

/** Registers the tests. */
export function whatMustGoOnGoesOn(): void {
  describe('what has to go on in a quarantined namespace', () => {
    const AGENT = '/api/v1/namespaces/pen/serviceaccounts/agent/token';
    const tokenRequest = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };

    /** Each is let through to RBAC, which lets everything through here. */
    test.each<[string, string, () => KubeRequest]>([
      [
        'a Deployment gets its status',
        'kube-system:deployment-controller',
        () => merge(`${pen.apps}/deployments/web/status`, {}),
      ],
      ['a ReplicaSet loses a pod', 'kube-system:replicaset-controller', () => remove(`${pen.core}/pods/pending`)],
      [
        'the garbage collector collects',
        'kube-system:generic-garbage-collector',
        () => remove(`${pen.core}/configmaps/settings`),
      ],
      [
        'load balancers let go',
        'kube-system:aws-load-balancer-controller',
        () => merge(`${pen.core}/services/web/status`, {}),
      ],
    ])('%s', async (_, account, request) => {
      expect((await side.as(`system:serviceaccount:${account}`, dry(request()))).code).toBeLessThan(300);
    });

    test.each<[string, string, () => KubeRequest, number]>([
      [
        'the VPC CNI writes what nodes enforce',
        'eks:network-policy-controller',
        () => merge(`${pen.aws}/one`, {}),
        200,
      ],
      [
        'the VPC CNI writes nothing else',
        'eks:network-policy-controller',
        () => merge(`${pen.core}/configmaps/settings`, {}),
        403,
      ],
      ['Secrets are encrypted again', 'eks:kms-storage-migrator', () => merge(`${pen.core}/secrets/loot`, {}), 200],
      ['add-ons are not installed', 'eks:addon-manager', () => merge(`${pen.core}/configmaps/settings`, {}), 403],
      [
        'a ReplicaSet makes no pod',
        'system:serviceaccount:kube-system:replicaset-controller',
        () => post(`${pen.core}/pods`, POD('x')),
        403,
      ],
      [
        'a CronJob makes no Job',
        'system:serviceaccount:kube-system:cronjob-controller',
        () =>
          post(`${pen.batch}/jobs`, {
            metadata: { name: 'x' },
            spec: { template: { spec: { ...POD('').spec, restartPolicy: 'Never' } } },
          }),
        403,
      ],
      [
        'the scheduler starts no pending pod',
        'system:kube-scheduler',
        () =>
          post(`${pen.core}/pods/pending/binding`, {
            metadata: { name: 'pending' },
            target: { kind: 'Node', name: NODE },
          }),
        403,
      ],
      [
        'a controller of a namesake is nobody',
        'system:serviceaccount:pen:deployment-controller',
        () => merge(`${pen.apps}/deployments/web/status`, {}),
        403,
      ],
      [
        'a load balancer controller elsewhere is nobody',
        'system:serviceaccount:pen:aws-load-balancer-controller',
        () => merge(`${pen.core}/services/web/status`, {}),
        403,
      ],
    ])('%s', async (_, user, request, code) => {
      const answer = await side.as(user, dry(request()));
      expect(answer.code).toBe(code);
      if (code === 403) expect(answer.text).toContain(refusedBy('freeze'));
    });

    describe.each(['eks:network-policy-controller', 'eks:managed'])('%s, on a network policy', (controller) => {
      const MARK = 'networking.k8s.aws/resources';
      const policies = `${pen.network}/networkpolicies`;
      const finalizers = async (name: string) =>
        (await side.read<{ metadata: { finalizers?: string[] } }>(`${policies}/${name}`)).metadata.finalizers ?? [];
      /** As the controller does it: a merge patch with a lock on the resourceVersion. */
      const finalize = async (name: string, kept: string[], more: object = {}) => {
        const { metadata } = await side.read<{ metadata: { resourceVersion: string } }>(`${policies}/${name}`);
        const { resourceVersion } = metadata;
        return side.as(
          controller,
          merge(`${policies}/${name}`, {
            metadata: { resourceVersion, finalizers: kept.length ? kept : null, ...more },
          }),
        );
      };
      const name = `deny-${controller.split(':')[1]}`;
      const policy = {
        metadata: { name, labels: OURS },
        spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
      };
      beforeAll(async () => {
        expect((await side.ask(side.contain, post(policies, policy))).code).toBe(201);
      });

      test.each<[string, string, string[]]>([
        ['ours', name, []],
        ['one with finalizers of others', 'kept', ['a.example/b', 'c.example/d']],
      ])('puts its finalizer on %s, and takes it off', async (_, policy, others) => {
        for (const all of [[...others, MARK], others]) {
          expect((await finalize(policy, all)).code).toBe(200);
          expect(await finalizers(policy)).toEqual(all);
        }
      });

      test('lets a deleted one go', async () => {
        const path = `${policies}/${name}`;
        await finalize(name, [MARK]);
        // Neither contain nor anybody else deletes it here, but the end of the namespace.
        expect((await side.as('system:serviceaccount:kube-system:namespace-controller', remove(path))).code).toBe(200);
        expect((await finalize(name, [])).code).toBe(200);
        expect((await side.ask(side.cluster.admin, { path })).code).toBe(404);
        expect((await side.ask(side.contain, post(policies, policy))).code).toBe(201);
      });

      test.each<[string, () => Promise<{ code: number; text: string }>]>([
        ['another finalizer', () => finalize(name, ['a.example/b'])],
        ['another finalizer beside it', () => finalize(name, [MARK, 'a.example/b'])],
        ['a finalizer that begins alike', () => finalize(name, [`${MARK}-2`])],
        ['a label', () => finalize(name, [MARK], { labels: { a: 'b' } })],
        ['an annotation', () => finalize(name, [MARK], { annotations: { a: 'b' } })],
        [
          'an owner',
          () => finalize(name, [MARK], { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'x', uid: 'x' }] }),
        ],
        [
          'the spec',
          () =>
            side.as(
              controller,
              merge(`${policies}/${name}`, { metadata: { finalizers: [MARK] }, spec: { ingress: [{}] } }),
            ),
        ],
        [
          'a new policy',
          () => side.as(controller, post(policies, { metadata: { name: 'x' }, spec: { podSelector: {} } })),
        ],
        ['the end of one', () => side.as(controller, remove(`${policies}/${name}`))],
        ['the end of a finalizer of others', () => finalize('kept', [])],
      ])('is refused %s', async (_, attack) => {
        const answer = await attack();
        expect([answer.code, answer.text]).toEqual([403, expect.stringContaining(refusedBy('freeze'))]);
      });
    });

    test('a node reports on its pods, and gets no token for them', async () => {
      const node = (request: KubeRequest) =>
        side.ask(side.cluster.admin, {
          ...request,
          headers: {
            ...request.headers,
            'impersonate-user': `system:node:${NODE}`,
            'impersonate-group': 'system:nodes',
          },
        });
      const { uid } = await side.metadata(`${pen.core}/pods/shell`);
      const bound = { kind: 'Pod', apiVersion: 'v1', name: 'shell', uid };
      const spec = { boundObjectRef: bound, expirationSeconds: 600 };
      expect((await node(merge(`${pen.core}/pods/shell/status`, { status: { message: 'fine' } }))).code).toBe(200);
      const refused = await node(post(AGENT, { ...tokenRequest, spec }));
      expect([refused.code, refused.text]).toEqual([403, expect.stringContaining(refusedBy('freeze'))]);
      const other = await side.metadata('/api/v1/namespaces/free/pods/shell');
      const given = await node(
        post(AGENT.replace('pen', 'free'), {
          ...tokenRequest,
          spec: { ...spec, boundObjectRef: { ...bound, uid: other.uid } },
        }),
      );
      expect(given.code).toBe(201);
    });

    test('a pending pod stays pending when its node comes', async () => {
      const where = async (namespace: string) =>
        (await side.read<{ spec: { nodeName?: string } }>(`/api/v1/namespaces/${namespace}/pods/pending`)).spec
          .nodeName;
      await side.done(merge(`/api/v1/nodes/${NODE}`, { metadata: { labels: { hall: 'far' } } }));
      await side.cluster.processes.until(async () => (await where('free')) === NODE, {
        what: 'the pod in free is scheduled',
      });
      await sleep(1_000);
      expect(await where('pen')).toBeUndefined();
    });

    test('contain empties a Service, and its slices follow', async () => {
      const addresses = async () => {
        const { items } = await side.read<{ items: { endpoints: unknown[] | null }[] }>(pen.slices);
        return items.flatMap(({ endpoints }) => endpoints ?? []).length;
      };
      expect(await addresses()).toBeGreaterThan(0);
      const muted = merge(`${pen.core}/services/web`, {
        spec: { selector: { [IMPOSSIBLE_KEY]: await side.uid('pen') } },
      });
      expect((await side.ask(side.contain, muted)).code).toBe(200);
      await side.cluster.processes.until(async () => (await addresses()) === 0, { what: 'slices are empty' });
    });

    test('contain deletes pods: they go, and none comes', async () => {
      const pods = async () =>
        (
          (await side.done({ path: `${pen.core}/pods?labelSelector=pod-template-hash` })).json as {
            items: { metadata: { name: string } }[];
          }
        ).items.map(({ metadata }) => metadata.name);
      const before = await pods();
      expect(before).toHaveLength(2);
      for (const name of before)
        expect((await side.ask(side.contain, remove(`${pen.core}/pods/${name}`))).code).toBe(200);
      await side.cluster.processes.until(async () => (await pods()).length === 0, { what: 'pods are gone' });
      await sleep(1_000);
      expect(await pods()).toEqual([]);
    });

    test('contain scales to zero, and the controllers follow', async () => {
      const zero = merge(`${pen.apps}/deployments/web`, { spec: { replicas: 0 } });
      expect((await side.ask(side.contain, zero)).code).toBe(200);
      const status = async () =>
        (await side.done({ path: `${pen.apps}/deployments/web` })).json as {
          metadata: { generation: number };
          status: { observedGeneration: number; replicas?: number };
        };
      await side.cluster.processes.until(
        async () => {
          const { metadata, status: seen } = await status();
          return seen.observedGeneration === metadata.generation && !seen.replicas;
        },
        { what: 'the Deployment is at zero' },
      );
    });

    test('the default ServiceAccount comes back', async () => {
      const path = `${pen.core}/serviceaccounts/default`;
      const { uid } = await side.metadata(path);
      expect((await side.ask(side.contain, remove(path))).code).toBe(200);
      const back = async () => {
        const answer = await side.ask(side.cluster.admin, { path });
        return answer.code === 200 && !answer.text.includes(uid);
      };
      await side.cluster.processes.until(back, { what: 'the default ServiceAccount is there again' });
    });

    test('a deletion that began before ends', async () => {
      await side.make('going');
      const path = `${PATH('going').network}/networkpolicies`;
      const mark = ['networking.k8s.aws/resources'];
      await side.done(post(path, { metadata: { name: 'kept', finalizers: mark }, spec: { podSelector: {} } }));
      await side.done(remove('/api/v1/namespaces/going'));
      expect((await side.label('going')).code).toBe(200);
      const freed = merge(`${path}/kept`, { metadata: { finalizers: null } });
      expect((await side.as('eks:network-policy-controller', freed)).code).toBe(200);
      await side.cluster.processes.until(
        async () => (await side.ask(side.cluster.admin, { path: '/api/v1/namespaces/going' })).code === 404,
        { what: 'the namespace is gone', timeoutMs: 30_000 },
      );
    });
  });
}
