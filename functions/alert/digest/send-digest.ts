/** Sends a digest once: stored, sent to every destination that it is for and that has not had it, and written down. */
import type { Digests } from '../../clients/table/digests.ts';
import { alertFolder } from '../../contract/alert-key.ts';
import type { Digest } from '../../contract/digest-message.ts';
import { ITEM_KEYS } from '../../contract/item-keys.ts';
import * as delivery from '../delivery.ts';
import type { Places } from '../destinations/destination.ts';
import { momentOf } from '../moment.ts';

export interface DigestClients extends delivery.DeliveryClients {
  digests: Pick<Digests, 'close'>;
}

export interface DigestSettings extends delivery.DeliverySettings {
  /** IANA name of the readers' time zone. @default UTC alone */
  timeZone?: string;
}

/**
 * @param now epoch milliseconds
 * @throws when any destination did not take it or the table failed; what was done is written down, so that a retry does
 *   the rest only
 * @throws {DeliveryHeldError} when another invocation is delivering it
 */
export async function sendDigest(
  digest: Digest,
  clients: DigestClients,
  settings: DigestSettings,
  now: () => number = Date.now,
): Promise<delivery.DeliveryResult> {
  const key = ITEM_KEYS.digestMessage + digest.id;
  const moment = momentOf(now(), settings.timeZone);
  const { to } = digest;
  const destinations = settings.destinations.filter(({ id }) => to === undefined || to.includes(id));
  const sent = await delivery.deliverOnce(
    key,
    clients,
    { ...settings, destinations },
    {
      work: async (message) => {
        const archive = await message.store({
          key: `${alertFolder(digest.cluster, digest.id)}digest.json`,
          contentType: 'application/json',
          body: () => `${JSON.stringify(digest, undefined, 2)}\n`,
        });
        const places: Places = archive === undefined ? {} : { archive };
        return message.send((destination) => destination.digest(digest, places, moment));
      },
      done: () => clients.table.alerted(key),
    },
  );
  // Also for a duplicate: the process that delivered may have died before it came to this.
  await delivery.writeDown(() => clients.digests.close(digest.id), settings);
  return sent ? { ...sent, duplicate: false } : { destinations: [], duplicate: true };
}
