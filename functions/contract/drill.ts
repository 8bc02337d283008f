/** The drill: a harmless namespace that `sentinel drill` makes to see that every link of the way answers. */

/** How the name of the namespace begins. */
export const DRILL_NAMESPACE = 'sentinel-drill-';

/** Says that a namespace belongs to a drill. Anybody can set it: it proves nothing. */
export const DRILL_LABEL = 'namespace-sentinel.io/drill';

/** How the `fieldManager` of the request begins; the nonce follows. */
export const DRILL_MANAGER = 'namespace-sentinel-drill-';

/**
 * - `registered`: the nonce of the request was registered in the findings table beforehand, for this cluster, this name, this
 *   identity and this time, and no other request has used it.
 * - `said`: its label or its request says so, and nothing confirms it. It is treated as real.
 */
export const DRILL_STATES = ['registered', 'said'] as const;
export type DrillState = (typeof DRILL_STATES)[number];

/** What the creation of a drill's namespace must be, before its nonce is looked up. */
export interface DrillSighting {
  nonce: string;
  /** Name of the namespace. */
  namespace: string;
  /** `canonicalArn` of who made it. */
  principal: string;
  auditId: string;
  /** When the API server received the request, in epoch milliseconds. */
  at: number;
}

const NONCE = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The nonce in a `fieldManager`; undefined where it is not that of a drill. */
export function drillNonceIn(fieldManager: string | undefined): string | undefined {
  const nonce = fieldManager?.startsWith(DRILL_MANAGER) ? fieldManager.slice(DRILL_MANAGER.length) : '';
  return NONCE.test(nonce) ? nonce : undefined;
}

/** Stands before the severity in subjects, headlines and lists of what belongs to a registered drill. */
export const DRILL_MARK = 'DRILL';

/** What is said to people about it; undefined where nothing says that it is a drill. */
export const drillWords = (drill: DrillState | undefined): string | undefined => drill && WORDS[drill];

const WORDS: Record<DrillState, string> = {
  registered:
    'This is a drill: it was registered beforehand, by the identity that made the namespace. All else is as it would be of a real one.',
  said: 'It says that it is a drill, and no such drill was registered: treat it as real.',
};
