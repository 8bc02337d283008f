/** One thing of an outside list, in own words, and what of the product answers it. */
import type { CheckName } from '../../functions/checks/index.ts';

/** What is added to an ordinary creation by a developer, so that the thing is there. */
export interface Trigger {
  /** Specs of pods in the new namespace, each with what the audit log holds of its creation. */
  pods?: readonly object[];
  /** Rules of a ClusterRole that is bound to the account of the new namespace just now. */
  given?: readonly object[];
  /** Name of the ClusterRole that is bound just now, and to whom; the new namespace's account by default. */
  bound?: { role: string; subjects?: readonly object[]; namespace?: string };
  /** Rules that the creator has had for long. */
  held?: readonly object[];
  /** The creator is also in these groups. */
  groups?: readonly string[];
  /** What the creator asks of the API server after it, before it where `before` is set. */
  requests?: readonly Request[];
  /** The creator claims to be this identity. */
  as?: { username: string; groups: readonly string[] };
  /** Objects that are there, by the path of their list. */
  objects?: Readonly<Record<string, readonly object[]>>;
  /** Who created it, where it is not the developer. */
  creator?: { username: string; groups: readonly string[] };
  address?: string;
  userAgent?: string;
  /** Lines of the log of a container of the namespace. */
  containerLog?: readonly string[];
}

export interface Request {
  verb: string;
  /** `pods/exec`, `configmaps`. */
  resource: string;
  group?: string;
  namespace?: string;
  name?: string;
  query?: string;
  code?: number;
  body?: object;
  times?: number;
  before?: boolean;
}

export type Answer =
  /** An indicator, by its id. */
  | { indicator: string; trigger: Trigger }
  /** A row of a check: what its answer then holds. */
  | { check: CheckName; shows: string; trigger: Trigger }
  /** It needs a look into a node, or it is not about a new namespace or its actor. */
  | { declined: 'node' | 'elsewhere'; why: string };

export interface Item {
  /** As the list calls it. */
  id: string;
  what: string;
  answer: Answer;
}

export interface OutsideList {
  title: string;
  source: string;
  /** How many of it may be declined; any number where it is absent. */
  mayDecline?: number;
  items: readonly Item[];
}

export const by = (indicator: string, trigger: Trigger): Answer => ({ indicator, trigger });
export const row = (check: CheckName, shows: string, trigger: Trigger): Answer => ({ check, shows, trigger });
export const needsNode = (why: string): Answer => ({ declined: 'node', why });
export const elsewhere = (why: string): Answer => ({ declined: 'elsewhere', why });
