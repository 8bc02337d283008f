import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { S3FindingRecords } from '../../functions/clients/bucket/s3-finding-records.ts';
import type { Alert } from '../../functions/contract/alert.ts';
import { alertFolder } from '../../functions/contract/alert-key.ts';
import { someFinding } from './findings-table.contract.ts';

const archiveKey = ({ id, finding }: Alert, name = 'alert.json'): string => alertFolder(finding.cluster, id) + name;

const s3 = mockClient(S3Client);
const records = new S3FindingRecords(new S3Client({ region: 'eu-central-1' }), 'evidence');
const finding = someFinding();
const { id, cluster } = finding;
const alert: Alert = { schemaVersion: 1, id, finding };

/** A bucket with these objects. */
function holding(objects: Readonly<Record<string, object>>): void {
  s3.on(ListObjectsV2Command).callsFake(({ Prefix }) => ({
    Contents: Object.keys(objects)
      .filter((key) => key.startsWith(Prefix))
      .map((Key) => ({ Key })),
  }));
  s3.on(GetObjectCommand).callsFake(({ Key }) => ({
    Body: { transformToByteArray: async () => Buffer.from(JSON.stringify(objects[Key])) },
  }));
}
beforeEach(() => void s3.reset());

test('the alert is read where alert keeps it', async () => {
  holding({ [archiveKey(alert)]: alert, [archiveKey(alert, 'report.html')]: {} });
  await expect(records.alert(id, cluster)).resolves.toEqual(alert);
});

test('the last look that was told counts, by its number', async () => {
  const look = (number: number): Alert => ({ ...alert, update: { look: number, newIndicators: [] } });
  holding({
    [archiveKey(alert)]: alert,
    [archiveKey(alert, 'update-2/alert.json')]: look(2),
    [archiveKey(alert, 'update-10/alert.json')]: look(10),
    [archiveKey(alert, 'update-11/report.html')]: {},
    [archiveKey(alert, 'update-x/alert.json')]: look(99),
    [archiveKey(alert, 'other/alert.json')]: look(99),
  });
  await expect(records.alert(id, cluster)).resolves.toEqual(look(10));
});

test('of a cluster that is known in part, it is where alert keeps such a one', async () => {
  const partly = { ...alert, finding: { ...finding, cluster: { name: 'prod' } } };
  holding({ [archiveKey(partly)]: partly });
  await expect(records.alert(id, { name: 'prod' })).resolves.toEqual(partly);
  await expect(records.alert(id, cluster)).resolves.toBeUndefined();
});

test('what is not there, or was deleted meanwhile, is not known', async () => {
  holding({});
  await expect(records.alert(id, cluster)).resolves.toBeUndefined();
  holding({ [archiveKey(alert)]: alert });
  s3.on(GetObjectCommand).rejects(new NoSuchKey({ message: '', $metadata: {} }));
  await expect(records.alert(id, cluster)).resolves.toBeUndefined();
});

test.each(['..', 'a/../b', '', 'x'.repeat(129), 'a\n'])('%j is not an id, and nothing is asked', async (other) => {
  await expect(records.alert(other, cluster)).resolves.toBeUndefined();
  expect(s3.calls()).toEqual([]);
});

test('what may not be read is not unknown, and what is about another finding is not taken for it', async () => {
  s3.on(ListObjectsV2Command).rejects(new Error('AccessDenied'));
  await expect(records.alert(id, cluster)).rejects.toThrow('AccessDenied');
  holding({ [archiveKey(alert)]: { ...alert, id: 'another' } });
  await expect(records.alert(id, cluster)).rejects.toThrow('another finding');
});
