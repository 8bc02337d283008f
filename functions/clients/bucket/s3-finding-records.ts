import type { S3Client } from '@aws-sdk/client-s3';
import { type Alert, alertSchema } from '../../contract/alert.ts';
import { alertFolder } from '../../contract/alert-key.ts';
import type { Cluster } from '../../contract/finding.ts';
import { ID } from '../../contract/ids.ts';
import { readJson } from '../../contract/read.ts';
import type { FindingRecords } from './finding-records.ts';
import { S3EvidenceStore } from './s3-evidence-store.ts';

/** `alert.json`, or `update-2/alert.json` of the second look. */
const ALERT = /^(?:update-(\d{1,3})\/)?alert\.json$/;

/**
 * Alerts in the evidence bucket, as *alert* keeps them: the first one, and one for each further look that was told. They
 * are listed first, because S3 answers the same for an object that is not there as for one that we may not read.
 */
export class S3FindingRecords implements FindingRecords {
  readonly #store: S3EvidenceStore;

  constructor(s3: S3Client, bucket: string) {
    this.#store = new S3EvidenceStore(s3, bucket);
  }

  async alert(findingId: string, cluster: Cluster): Promise<Alert | undefined> {
    if (!ID.test(findingId)) return undefined;
    const folder = alertFolder(cluster, findingId);
    const looks = (await this.#store.list(folder)).flatMap((key) => {
      const [file, look = 0] = ALERT.exec(key.slice(folder.length)) ?? [];
      return file === undefined ? [] : [{ key, look: Number(look) }];
    });
    const last = looks.sort((a, b) => a.look - b.look).at(-1);
    const body = last && (await this.#store.get(last.key));
    if (!body) return undefined;
    const alert = readJson(alertSchema, body, 'alert in the evidence bucket');
    if (alert.id !== findingId) throw new Error(`the alert in ${this.#store.place(last.key)} is about another finding`);
    return alert;
  }
}
