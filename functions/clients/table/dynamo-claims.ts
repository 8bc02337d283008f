import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Deletion } from '../../contract/deletion.ts';
import type { Finding } from '../../contract/finding.ts';
import { shortFindingId } from '../../contract/ids.ts';
import type { AssessmentSnapshot } from '../../contract/investigation.ts';
import { ConditionalWrites, type TableItem } from './conditional-writes.ts';
import { expiryIn } from './finding-item.ts';
import { type Claim, type Claims, type DigestClaim, shareOf, TAKE_UP_AFTER_MS } from './findings-table.ts';

/** The claims on findings, in DynamoDB. */
export class DynamoClaims implements Claims {
  readonly #writes: ConditionalWrites;
  readonly #keepDays: number;

  /** @param keepDays how long a finding stays in the table */
  constructor(db: DynamoDBClient, { tableName, keepDays }: { tableName: string; keepDays: number }) {
    this.#writes = new ConditionalWrites(db, tableName);
    this.#keepDays = keepDays;
  }

  async claim(finding: Finding, leaseMs: number): Promise<Claim> {
    const token = randomUUID();
    const now = Date.now();
    const old = await this.#writes.put(
      {
        ...this.#itemOf(finding, 'claimed'),
        token,
        leaseUntil: now + leaseMs,
        claimedAt: now,
        agenda: 'alert',
        due: now + TAKE_UP_AFTER_MS,
        tries: 0,
      },
      'attribute_not_exists(id) OR (#state = :claimed AND leaseUntil <= :now)',
      { ':claimed': 'claimed', ':now': now },
    );
    // The token is ours where the SDK repeated a write whose answer alone was lost.
    if (!old || old['token'] === token) return { state: 'owned', token };
    return old['state'] === 'claimed' ? { state: 'held', until: old['leaseUntil'] } : doneWith(old);
  }

  async releaseClaim(id: string, token: string): Promise<void> {
    const values = { ':zero': 0, ':claimed': 'claimed', ':token': token };
    await this.#writes.update(id, 'SET leaseUntil = :zero', '#state = :claimed AND #token = :token', values);
  }

  async handedOver(id: string, token: string): Promise<void> {
    await this.#writes.update(
      id,
      'SET #state = :handedOver, leaseUntil = :zero',
      '#state = :claimed AND #token = :token',
      { ':handedOver': 'handed-over', ':zero': 0, ':claimed': 'claimed', ':token': token },
    );
  }

  async record(finding: Finding): Promise<void> {
    await this.#writes.put(this.#itemOf(finding, 'recorded'), 'attribute_not_exists(id)');
  }

  async recordForDigest(finding: Finding, lookAt: boolean, leaseMs: number): Promise<DigestClaim> {
    const now = Date.now();
    const told: AssessmentSnapshot = { indicators: {}, digested: true };
    const plan = { agenda: 'deferred', due: now, tries: 0, look: 1, told: JSON.stringify(told) };
    const item = { ...this.#itemOf(finding, 'recorded'), countedBy: now + leaseMs, ...(lookAt && plan) };
    const old = await this.#writes.put(item, 'attribute_not_exists(id)');
    if (!old) return { state: 'owned' };
    if (!(old['countedBy'] <= now)) return doneWith(old);
    const values = { ':until': now + leaseMs, ':now': now };
    const { won } = await this.#writes.update(finding.id, 'SET countedBy = :until', 'countedBy <= :now', values);
    return won ? { state: 'owned' } : doneWith(old);
  }

  async counted(findingId: string): Promise<void> {
    await this.#writes.update(findingId, 'REMOVE countedBy', 'attribute_exists(id)');
  }

  async deleted(deletion: Deletion): Promise<boolean> {
    const { findingId } = deletion;
    const { won, item } = await this.#writes.update(
      findingId,
      'SET deleted = :deleted',
      'attribute_exists(id) AND attribute_not_exists(deleted)',
      { ':deleted': JSON.stringify(deletion) },
    );
    return won || item['id'] !== undefined;
  }

  #itemOf(finding: Finding, state: 'claimed' | 'recorded'): TableItem {
    const { id, outcome, cluster, request } = finding;
    const share = shareOf(finding);
    return {
      id,
      shortId: shortFindingId(id),
      state,
      outcome,
      clusterName: cluster.name || undefined,
      at: request.at || undefined,
      finding: JSON.stringify(finding),
      shareCluster: share.cluster,
      shareActor: share.actor,
      leaseUntil: 0,
      expires: expiryIn(this.#keepDays),
    };
  }
}

const doneWith = ({ finding }: TableItem): { state: 'done'; known?: string } => ({
  state: 'done',
  ...(finding !== undefined && { known: finding }),
});
