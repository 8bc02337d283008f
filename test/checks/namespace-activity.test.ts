import { describe, expect, test } from '@jest/globals';
import type { DetailsByCheck } from '../../functions/checks/index.ts';
import { namespaceActivity } from '../../functions/checks/namespace-activity.ts';
import {
  type Asking,
  auditLog,
  event,
  evidenceOf,
  HANGING,
  type Request,
  roleUser,
  time,
  UNASKED,
} from './audit-log.ts';
import { ACCOUNT, CI_ROLE, finding } from './examples.ts';

const inShop = (request: Request) =>
  event({ at: time('10:01:00'), verb: 'create', namespace: 'shop', code: 201, ...request });
const run = (lines: string[], asking: Asking = {}) =>
  evidenceOf(namespaceActivity, { clients: { logs: auditLog(...lines) }, ...asking });
const detailsOf = async (...lines: string[]) =>
  (await run(lines)).details as unknown as DetailsByCheck['namespace-activity'];

const pods = (image: string) => ({
  containers: [{ name: 'main', image }],
  initContainers: [{ name: 'i', image: 'init' }],
});
const CONTROLLER = { username: 'system:serviceaccount:kube-system:replicaset-controller' };

describe('what was done in the namespace', () => {
  test('by whom, with the images, and who deleted it', async () => {
    const evidence = await run([
      inShop({
        on: 'deployments.apps',
        name: 'web',
        response: { kind: 'Deployment', spec: { template: { spec: pods('nginx') } } },
      }),
      inShop({ on: 'pods', name: 'web-1', user: CONTROLLER, request: { spec: pods('nginx') } }),
      inShop({ at: time('10:02:00'), on: 'rolebindings.rbac.authorization.k8s.io', name: 'b' }),
      inShop({ at: time('10:03:00'), on: 'pods/exec', name: 'web-1', verb: 'get', code: 101, user: roleUser('other') }),
      event({ at: time('10:09:00'), verb: 'delete', on: 'namespaces', namespace: 'shop', name: 'shop' }),
    ]);
    expect(evidence.details).toEqual({
      acts: [
        {
          at: '2026-11-23T10:01:00.000Z',
          by: CI_ROLE,
          byActor: true,
          verb: 'create',
          resource: 'deployments.apps',
          name: 'web',
          images: ['nginx', 'init'],
        },
        {
          at: '2026-11-23T10:02:00.000Z',
          by: CI_ROLE,
          byActor: true,
          verb: 'create',
          resource: 'rolebindings.rbac.authorization.k8s.io',
          name: 'b',
        },
        {
          at: '2026-11-23T10:03:00.000Z',
          by: `arn:aws:iam::${ACCOUNT}:role/other`,
          byActor: false,
          verb: 'get',
          resource: 'pods/exec',
          name: 'web-1',
        },
      ],
      total: 3,
      more: false,
      byControlPlane: 1,
      images: ['nginx', 'init'],
      signs: [
        { sign: 'pod-session', on: 'pods/exec web-1', namespace: 'shop', at: '2026-11-23T10:03:00.000Z', count: 1 },
      ],
      deleted: { at: '2026-11-23T10:09:00.000Z', by: CI_ROLE },
    });
    expect(evidence).toMatchObject({
      status: 'found',
      summary:
        `3 writes since the request, by ${CI_ROLE} and arn:aws:iam::${ACCOUNT}:role/other: create deployments.apps, ` +
        'create rolebindings.rbac.authorization.k8s.io, get pods/exec; images: nginx, init; suspicious: pod-session; ' +
        `${CI_ROLE} deleted the namespace at 2026-11-23T10:09:00.000Z.`,
    });
    expect(evidence.command).toContain('{ $.objectRef.namespace = "shop" }');
  });

  test.each<[string, string]>([
    ['before the request', inShop({ at: time('09:00:00'), on: 'pods' })],
    ['elsewhere', inShop({ on: 'pods', namespace: 'cart' })],
    ['refused', inShop({ on: 'pods', code: 403 })],
    ['failed', inShop({ on: 'pods', code: 409 })],
    ['a dry run', inShop({ on: 'pods', uri: '/api/v1/namespaces/shop/pods?dryRun=All' })],
    ['a read', inShop({ on: 'pods', verb: 'list', code: 200 })],
    ['a namespace whose name begins so', inShop({ on: 'pods', namespace: 'shop-2' })],
  ])('nothing: %s', async (_, line) => {
    expect(await run([line])).toMatchObject({
      status: 'clear',
      summary: 'Nothing was created in the namespace since the request.',
      details: { total: 0, byControlPlane: 0 },
    });
  });

  test('what about the pods is of concern, as workloads would say it', async () => {
    const pod = {
      hostPID: true,
      containers: [{ name: 'main', image: 'x/xmrig', securityContext: { privileged: true } }],
    };
    const evidence = await run([
      inShop({
        on: 'cronjobs.batch',
        request: { kind: 'CronJob', spec: { jobTemplate: { spec: { template: { spec: pod } } } } },
      }),
      inShop({ on: 'pods', verb: 'delete', code: 200, response: { kind: 'Pod', spec: pods('gone') } }),
    ]);
    const { acts, images } = evidence.details as unknown as DetailsByCheck['namespace-activity'];
    expect(acts.map(({ signs }) => signs)).toEqual([['privileged', 'miner-image', 'host-pid'], undefined]);
    expect(images).toEqual(['x/xmrig']);
    expect(evidence.summary).toContain('; images: x/xmrig; suspicious: privileged, miner-image, host-pid, cronjob.');
  });

  test('a pod that lived a minute, also where fifty harmless acts came before it, or its controller made it', async () => {
    const padding = Array.from({ length: 60 }, (_, index) => inShop({ on: 'configmaps', name: `c${index}` }));
    const privileged = { containers: [{ name: 'a', image: 'alpine', securityContext: { privileged: true } }] };
    const { acts, signs } = await detailsOf(
      ...padding,
      inShop({ at: time('10:02:00'), on: 'pods', name: 'x1', request: { kind: 'Pod', spec: privileged } }),
      inShop({
        at: time('10:02:01'),
        on: 'pods',
        name: 'y1',
        user: CONTROLLER,
        request: { kind: 'Pod', spec: privileged },
      }),
      inShop({ at: time('10:03:00'), on: 'pods', name: 'x1', verb: 'delete', code: 200 }),
      inShop({ at: time('10:04:00'), on: 'events', verb: 'deletecollection', code: 200 }),
    );
    expect(acts).toHaveLength(50);
    expect(signs.map(({ sign, on }) => `${sign}: ${on}`)).toEqual([
      'privileged: Pod x1',
      'privileged: Pod y1',
      'event-deletion: events',
    ]);
  });

  test('what the control plane does is counted, and who acts as it is not taken for it', async () => {
    const kubelet = { username: 'system:node:ip-10-0-0-1' };
    expect(
      await detailsOf(
        inShop({
          on: 'serviceaccounts',
          user: { username: 'system:serviceaccount:kube-system:service-account-controller' },
        }),
        inShop({ on: 'configmaps', user: { username: 'system:serviceaccount:kube-system:root-ca-cert-publisher' } }),
        inShop({ on: 'pods/status', verb: 'patch', user: kubelet, code: 200 }),
        inShop({ on: 'events', user: roleUser('x') }),
        inShop({ on: 'pods', impersonatedUser: kubelet, user: roleUser('x') }),
        inShop({ on: 'pods', user: { username: 'system:serviceaccount:kube-system:evil-controller' } }),
      ),
    ).toMatchObject({
      total: 2,
      byControlPlane: 4,
      acts: [
        { by: `arn:aws:iam::${ACCOUNT}:role/x as system:node:ip-10-0-0-1` },
        { by: 'system:serviceaccount:kube-system:evil-controller' },
      ],
    });
    expect((await run([inShop({ on: 'pods/status', verb: 'patch', user: kubelet })])).summary).toBe(
      'Only the control plane wrote to the namespace since the request (1 request).',
    );
  });

  test('what is done in a later namespace of the same name is not its own', async () => {
    const details = await detailsOf(
      inShop({ on: 'pods', name: 'ours' }),
      event({ at: time('10:05:00'), verb: 'delete', on: 'namespaces', namespace: 'shop', name: 'shop' }),
      event({ at: time('10:06:00'), verb: 'create', on: 'namespaces', name: 'shop', code: 201 }),
      inShop({ at: time('10:07:00'), on: 'pods', name: 'theirs' }),
    );
    expect(details.acts.map(({ name }) => name)).toEqual(['ours']);
    expect(details.deleted?.at).toBe('2026-11-23T10:05:00.000Z');
  });

  test('many: the first are shown, all are counted', async () => {
    const lines = Array.from({ length: 60 }, (_, index) => inShop({ on: 'pods', name: `p${index}` }));
    const details = await detailsOf(...lines);
    expect([details.acts.length, details.total]).toEqual([50, 60]);
  });
});

describe('not checked', () => {
  test.each(UNASKED)('%s', async (_, logs, reason) => {
    const evidence = await evidenceOf(namespaceActivity, { clients: { ...(logs && { logs }) } });
    expect(evidence).toMatchObject({ status: 'not-checked', reason: expect.stringMatching(reason) });
  });

  test('no answer in time, and a name that cannot be asked for', async () => {
    const hangs = await evidenceOf({ ...namespaceActivity, deadlineMs: 30 }, { clients: { logs: HANGING } });
    expect(hangs.status).toBe('not-checked');
    expect((await run([], { subject: finding({ namespace: { name: 'gen-*' } }) })).status).toBe('not-checked');
  });

  test('nothing in what was read, where there was more', async () => {
    const logs = {
      ask: async () => ({ from: 0, entries: [], more: true, completeUntil: Date.parse('2026-11-23T10:19:00Z') }),
    };
    expect(await evidenceOf(namespaceActivity, { clients: { logs } })).toMatchObject({
      status: 'not-checked',
      reason: 'there were more lines than could be read',
    });
  });

  test('nothing yet, where the log had not arrived', async () => {
    const logs = {
      ask: async () => ({ from: 0, entries: [], more: false, completeUntil: Date.parse('2026-11-23T09:59:00Z') }),
    };
    expect((await evidenceOf(namespaceActivity, { clients: { logs } })).status).toBe('not-checked');
  });
});
