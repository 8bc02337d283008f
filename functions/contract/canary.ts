/** The canary: a refused request of *watch* that comes through the audit log, and is known by *detect*. */
import { MINUTE_MS } from './schedule.ts';

/** How the request's `fieldManager` begins; the nonce follows. */
export const CANARY_MANAGER = 'namespace-sentinel-canary-';

/** What *detect* counts for each canary that arrives, in the namespace `NamespaceSentinel` with the dimensions `service` and `cluster`. */
export const CANARY_METRIC = 'CanaryArrived';

/** How often a cluster gets one, and after how many in a row that did not arrive its alarm rings. */
export const CANARY_MINUTES = 10;
export const CANARIES_MISSED = 3;

/** One that took longer says nothing of the way as it is now: it is recognised, and not counted. In milliseconds. */
export const CANARY_LATE_MS = CANARIES_MISSED * CANARY_MINUTES * MINUTE_MS;

/**
 * What stands in a delivery in place of the name of a filter, where *watch* has read the log itself. A canary in it has not come the
 * way that it is to prove.
 */
export const READ_BY_WATCH = 'replay';

/** What a canary's refusal must be, before its nonce is looked up. */
export interface CanarySighting {
  nonce: string;
  /** `canonicalArn` of who was refused. */
  principal: string;
  auditId: string;
}

const NONCE = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The nonce in a `fieldManager`; undefined where it is not that of a canary. */
export function nonceIn(fieldManager: string | undefined): string | undefined {
  const nonce = fieldManager?.startsWith(CANARY_MANAGER) ? fieldManager.slice(CANARY_MANAGER.length) : '';
  return NONCE.test(nonce) ? nonce : undefined;
}
