import { type Alert, alertSchema } from '../../contract/alert.ts';
import { alertFolder } from '../../contract/alert-key.ts';
import type { Cluster } from '../../contract/finding.ts';
import { ID } from '../../contract/ids.ts';
import { readJson } from '../../contract/read.ts';
import type { EvidenceStore } from './evidence-store.ts';
import type { FindingRecords } from './finding-records.ts';

/** `alert.json`, or `update-2/alert.json` of the second look. */
const ALERT = /^(?:update-(\d{1,3})\/)?alert\.json$/;

/**
 * Alerts in an evidence store, as *alert* keeps them: the first one, and one for each further look that was told. They
 * are listed first, because S3 answers the same for an object that is not there as for one that we may not read.
 */
export class StoredFindingRecords implements FindingRecords {
  readonly #store: Pick<EvidenceStore, 'list' | 'get' | 'place'>;

  constructor(store: Pick<EvidenceStore, 'list' | 'get' | 'place'>) {
    this.#store = store;
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
