import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DigestEntry } from '../../contract/digest.ts';
import type { DigestWindow } from '../../contract/digest-message.ts';
import { ITEM_KEYS } from '../../contract/item-keys.ts';
import { ConditionalWrites, type TableItem } from './conditional-writes.ts';
import { DIGEST_GRACE_MS, type DigestGates, type GateEntry, type GateState } from './digests.ts';
import { expiryIn } from './finding-item.ts';

/** How long a gate is remembered: longer than CloudWatch Logs and Lambda retry a delivery. */
const GATE_DAYS = 3;
/** How long a digest is kept: longer than a week and the tries to send it, for people who look. */
const DIGEST_DAYS = 14;
/** How many digests are remembered as made. */
const MAX_REMEMBERED = 300;

/**
 * Gates and digests in the findings table:
 *
 * | `id` | attributes |
 * | --- | --- |
 * | `speaks#<gate>` | `speakers` and `kinds` (at most a dozen), `worst` weight, `refused`, `followed` |
 * | `digest#<digest>` | `window` as JSON text; `agenda` = `digest`, `due`, `tries` until it is sent |
 * | `digest-row#<digest>#<row>` | `about`, `earliest`, `latest` as JSON text, `findings` (their number); `agenda` = `digest-row#<digest>`, `due` = its weight |
 *
 * A row stands for all findings that are alike, so no item grows with their number; by the index they come in the order of
 * their weight. `expires` is when DynamoDB may delete an item (epoch seconds).
 */
export class DynamoDigestGates implements DigestGates {
  protected readonly db: DynamoDBClient;
  protected readonly tableName: string;
  protected readonly writes: ConditionalWrites;
  /** Digests that are known to be made: most of what is counted goes into the same ones. */
  readonly #made = new Set<string>();

  constructor(db: DynamoDBClient, tableName: string) {
    this.db = db;
    this.tableName = tableName;
    this.writes = new ConditionalWrites(db, tableName);
  }

  async enter(
    gate: string,
    { findingId, kind, weight, refused }: GateEntry,
    most: number,
  ): Promise<{ isIn: boolean; state: GateState }> {
    const id = ITEM_KEYS.speaker + gate;
    const set = `expires = :expires${refused ? ', refused = :yes' : ''} ADD speakers :ids, kinds :kinds`;
    const values: TableItem = {
      ':expires': expiryIn(GATE_DAYS),
      ':yes': refused || undefined,
      ':ids': new Set([findingId]),
      ':kinds': new Set([kind]),
    };
    const worse = await this.writes.update(
      id,
      `SET worst = :weight, ${set}`,
      '(attribute_not_exists(worst) OR worst < :weight) AND NOT contains(speakers, :id)',
      { ...values, ':weight': weight, ':id': findingId },
    );
    let state = stateOf(worse.item);
    if (worse.won || state.ids.includes(findingId)) return { isIn: true, state };
    if (state.ids.length < most && !state.kinds.includes(kind)) {
      const another = await this.writes.update(
        id,
        `SET ${set}`,
        'size(speakers) < :most AND NOT contains(kinds, :kind)',
        { ...values, ':most': most, ':kind': kind },
      );
      state = stateOf(another.item);
      // Another delivery of the same event may have been let in meanwhile: then so is this one.
      if (another.won || state.ids.includes(findingId)) return { isIn: true, state };
    }
    if (refused && worse.item['refused'] === undefined)
      await this.writes.update(id, 'SET refused = :yes', undefined, { ':yes': true });
    return { isIn: false, state };
  }

  async follow(gate: string, findingId: string): Promise<boolean> {
    const { won } = await this.writes.update(
      ITEM_KEYS.speaker + gate,
      'SET followed = :id',
      'refused = :yes AND (attribute_not_exists(followed) OR followed = :id)',
      { ':id': findingId, ':yes': true },
    );
    return won;
  }

  async count(window: DigestWindow, { row, about, sample }: DigestEntry): Promise<void> {
    await this.#make(window);
    await this.writes.update(
      `${rowsOf(window.id)}#${row}`,
      'SET agenda = :agenda, due = :weight, about = if_not_exists(about, :about), ' +
        'earliest = if_not_exists(earliest, :sample), latest = :sample, expires = :expires ADD findings :one',
      undefined,
      {
        ':agenda': rowsOf(window.id),
        ':weight': about.weight,
        ':about': JSON.stringify(about),
        ':sample': JSON.stringify(sample),
        ':expires': expiryIn(DIGEST_DAYS),
        ':one': 1,
      },
    );
  }

  /** Before its rows: a row whose digest is not on the agenda would never be read. */
  async #make(window: DigestWindow): Promise<void> {
    if (this.#made.has(window.id)) return;
    await this.writes.put(
      {
        id: ITEM_KEYS.digest + window.id,
        window: JSON.stringify(window),
        agenda: 'digest',
        due: window.until + DIGEST_GRACE_MS,
        tries: 0,
        expires: expiryIn(DIGEST_DAYS),
      },
      'attribute_not_exists(id)',
    );
    if (this.#made.size >= MAX_REMEMBERED) this.#made.clear();
    this.#made.add(window.id);
  }
}

export const rowsOf = (digest: string): string => ITEM_KEYS.digestRow + digest;

const stateOf = ({ speakers = [], kinds = [], worst = -1 }: TableItem): GateState => ({
  ids: [...speakers],
  kinds: [...kinds],
  worst,
});
