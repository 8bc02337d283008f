/** The playbook release. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { GetObjectTaggingCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../../functions/clients/kubernetes/kubernetes.ts';
import { QUARANTINE_LABEL } from '../../../functions/kubernetes/quarantine.ts';
import { clientSettings } from '../../../tools/twin/identities.ts';
import { type Dumped, differences, dump } from '../contain/dump.ts';
import { RUNNER } from './intruder.ts';

import {
  account,
  admin,
  bindings,
  findingOf,
  folderOf,
  INTRUDER,
  input,
  leaseOf,
  names,
  netpols,
  ns,
  read,
  SUCCEEDED,
  signal,
  stack,
  starter,
  toldOf,
  typed,
} from './scene.ts';

/** Registers the tests, which release the first namespace. */
export function releases(): void {
  describe('release', () => {
    let before: Map<string, Dumped>;

    test('a plan of it changes nothing', async () => {
      before = await dump(admin);
      const ended = await account.run(starter, 'Release', input(INTRUDER, { mode: 'plan' }));
      expect(ended).toMatchObject({ ...SUCCEEDED, output: { outcome: 'planned' } });
      const same = (a: Dumped, b: Dumped) => a.resourceVersion === b.resourceVersion;
      expect(differences(before, await dump(admin), same)).toEqual({});
    });

    const snapshotKey = (): string => `${folderOf(INTRUDER).replace('containment/', 'snapshots/')}snapshot.json.gz`;
    const s3 = (): S3Client => new S3Client({ ...clientSettings(stack.emulator), forcePathStyle: true });
    const tagsOf = async () =>
      (
        await s3().send(
          new GetObjectTaggingCommand({ Bucket: account.output('EvidenceBucketName'), Key: snapshotKey() }),
        )
      ).TagSet;

    test('restores nothing from a snapshot that somebody has written over', async () => {
      const original = (await account.evidence(snapshotKey())).get(snapshotKey()) ?? Buffer.alloc(0);
      // As the administrator of the account, who is not asked about policies here.
      const put = (Body: Buffer) =>
        s3().send(new PutObjectCommand({ Bucket: account.output('EvidenceBucketName'), Key: snapshotKey(), Body }));
      const forged = JSON.parse(gunzipSync(original).toString());
      forged.secretNames.push('somebody-elses');
      const body = gzipSync(JSON.stringify(forged));
      expect(body.equals(original)).toBe(false);
      await put(body);
      try {
        const ended = await account.run(starter, 'Release', input(INTRUDER, { mode: 'release' }));
        expect(ended).toMatchObject({
          status: 'FAILED',
          error: 'refused',
          cause: expect.stringContaining('is not the one'),
        });
        expect((await read(ns(INTRUDER)))?.metadata.labels).toHaveProperty([QUARANTINE_LABEL]);
      } finally {
        await put(original);
      }
      expect(await tagsOf()).toEqual([]);
    }, 60_000);

    test('gives back what was there, also to whoever names the namespace itself, by the name of its cluster', async () => {
      const ended = await account.run(
        starter,
        'Release',
        typed(INTRUDER, { mode: 'release', findingId: findingOf(INTRUDER) }),
      );
      expect(ended).toMatchObject({ ...SUCCEEDED, output: { outcome: 'released' } });
      expect((await read(ns(INTRUDER)))?.metadata.labels).toEqual({ 'kubernetes.io/metadata.name': INTRUDER });
      expect(await names(`${ns(INTRUDER)}/resourcequotas`)).toEqual([]);
      const specOf = ({ spec }: KubernetesObject) => spec as Record<string, unknown>;
      const policies = (await admin.list(netpols(INTRUDER), signal())).items;
      expect(policies.map((policy) => [policy.metadata.name, specOf(policy)['ingress']])).toEqual([
        ['allow-all', [{}]],
      ]);
      const [service] = (await admin.list(`${ns(INTRUDER)}/services`, signal())).items;
      expect(service && specOf(service)['selector']).toEqual({ app: 'web' });
      expect(await names(bindings(INTRUDER))).toEqual([RUNNER]);
      expect(await names(`${ns(INTRUDER)}/serviceaccounts`)).toEqual(['default', RUNNER]);
      const [deployment] = (await admin.list(`/apis/apps/v1/namespaces/${INTRUDER}/deployments`, signal())).items;
      expect(deployment && specOf(deployment)['replicas']).toBe(2);
      // What lives in AWS is left to a person.
      const told = await toldOf(ended);
      expect(told).toMatchObject({ id: findingOf(INTRUDER), playbook: 'release', outcome: 'released' });
      expect(JSON.stringify(told.proposals)).toContain('create-pod-identity-association');
      expect(await leaseOf(INTRUDER)).toEqual({ execution: ended.arn, until: 0 });
      expect(await tagsOf()).toEqual([{ Key: 'released', Value: 'true' }]);
    }, 60_000);
  });
}
