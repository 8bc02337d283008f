/** An intruder who reaches the API server and has no credential at all. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { SINGLES } from '../../../functions/contract/digest.ts';
import { ITEM_KEYS } from '../../../functions/contract/item-keys.ts';
import type { KubeRequest } from '../../../tools/twin/kube.ts';
import { MAX_LINE_BYTES } from '../../../tools/twin/wire/wire.ts';
import { account, ask, dev, kubectl } from './scene.ts';

/** Whoever is really at work meanwhile. */
const MEANWHILE = 'meanwhile';
const NAMESPACES = '/api/v1/namespaces';

const create = (name: string, more: Partial<KubeRequest> = {}): KubeRequest => ({
  method: 'POST',
  path: NAMESPACES,
  body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
  ...more,
});
/** With an audit id of that length, which the API server takes from anybody and writes first of all. */
const padded = (name: string, length: number): KubeRequest =>
  create(name, { headers: { 'audit-id': 'A'.repeat(length) } });
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

/** Refused requests of many kinds. */
const STORM: Readonly<Record<string, KubeRequest[]>> = {
  'plain attempts': numbers(20).map((n) => create(`storm-${n}`)),
  'names that resemble the platform': ['kube-systern', 'kube-system-2', 'amazon-guarduty'].map((name) => create(name)),
  'server-side applies': numbers(5).map((n) => ({
    method: 'PATCH',
    path: `${NAMESPACES}/apply-${n}?fieldManager=x`,
    body: JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: `apply-${n}` } }),
    headers: { 'content-type': 'application/apply-patch+yaml' },
  })),
  'dry runs that Go takes for real ones': [create('dry', { path: `${NAMESPACES}?dryRun=All${'&a'.repeat(10_001)}` })],
  // The cut falls at another place of the line each time: behind the code, before the time, before the user.
  'lines that are cut': numbers(26).map((n) => padded(`cut-${n}`, MAX_LINE_BYTES - 1_500 + n * 50)),
  'lines cut within their audit id': [padded('gone', 300_000)],
  'somebody else’s identity': [
    create('as', { headers: { 'impersonate-user': 'admin', 'impersonate-group': 'system:masters' } }),
  ],
};

/** Registers the tests. */
export function anonymousIntruder(): void {
  describe('an intruder without any credential', () => {
    test('may do nothing in the cluster', async () => {
      for (const path of [
        NAMESPACES,
        '/api/v1/secrets',
        '/api/v1/pods',
        '/metrics',
        '/logs/',
        `${NAMESPACES}/shop/pods/bare/log`,
      ])
        expect([path, (await ask('anonymous', { path })).code]).toEqual([path, 403]);
      expect((await ask('anonymous', { method: 'DELETE', path: `${NAMESPACES}/shop` })).code).toBe(403);
    });

    describe('raises a storm of requests to create namespaces', () => {
      let before: number;
      let codes: number[];

      beforeAll(async () => {
        await account.settle(2_000);
        before = account.messages.length;
        const all = Object.values(STORM).flat();
        const half = Math.floor(all.length / 2);
        codes = [];
        const send = async (requests: KubeRequest[]) => {
          for (const request of requests) codes.push((await ask('anonymous', request)).code);
        };
        await send(all.slice(0, half));
        // In the middle of it, so that it comes in the same batch.
        await Promise.all([send(all.slice(half)), kubectl(dev, 'create', 'namespace', MEANWHILE)]);
      }, 120_000);

      const told = () => account.messages.slice(before);

      test('each of which is refused', () => {
        expect([...new Set(codes)]).toEqual([403]);
      });

      test('which does not keep back the alert about a creation in between', async () => {
        const { finding } = await account.message(
          MEANWHILE,
          (message) => message.finding?.namespace.name === MEANWHILE && message.finding.outcome === 'created',
        );
        expect(finding?.actor.principalArn).toMatch(/:role\/Dev$/);
      }, 90_000);

      test('and is told by a few messages: the rest is counted for the digest of the hour', async () => {
        await account.settle(10_000);
        const attempts = told().filter(({ finding }) => finding && finding.outcome !== 'created');
        expect(attempts.length).toBeGreaterThan(0);
        expect(attempts.length).toBeLessThanOrEqual(SINGLES.cluster);
        const items = [...(await account.items())];
        const findings = items.filter(([id, { outcome }]) => !id.includes('#') && outcome?.S !== 'created');
        const counted = items
          .filter(([id]) => id.startsWith(ITEM_KEYS.digestRow))
          .reduce((sum, [, { findings: count }]) => sum + Number(count?.N), 0);
        expect(findings.length).toBeGreaterThan(45);
        expect(attempts.length + counted).toBeGreaterThanOrEqual(findings.length);
      }, 120_000);

      test('without a failure of a function', async () => {
        const failed = (await account.logs()).filter((line) => line.includes('"level":"ERROR"'));
        expect(failed).toEqual([]);
      });
    });
  });
}
