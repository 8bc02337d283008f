/** How a follow-up is made, within the size that it may have. */
import { linesAndMore, short } from '../kit/words.ts';
import { CONTAINMENT_SCHEMA_VERSION, type Proposal, type Target } from './containment.ts';
import type { Cut } from './finding.ts';
import type { FollowUp } from './follow-up.ts';
import { fit, jsonBytes } from './sizes.ts';

/** A follow-up is at most so long as JSON: it travels as an asynchronous invocation and through SNS. */
export const MAX_FOLLOW_UP_BYTES = 180 * 1024;

/** The id under which messages about a namespace go out. */
const followUpId = (target: Target, findingId?: string): string => findingId ?? `containment-${target.uid}`;

type Given = 'schemaVersion' | 'id';
type Lists = 'steps' | 'proofs' | 'open' | 'proposals';

/**
 * A follow-up that fits.
 *
 * @param about.findingId absent where the playbook was started without a finding
 */
export const followUpOf = ({
  findingId,
  ...about
}: Omit<FollowUp, Given | Lists> & Partial<Pick<FollowUp, Lists>> & { findingId?: string | undefined }): FollowUp =>
  fitFollowUp({
    schemaVersion: CONTAINMENT_SCHEMA_VERSION,
    id: followUpId(about.target, findingId),
    steps: [],
    proofs: [],
    open: [],
    proposals: [],
    ...about,
  });

/** What stays whole however much has to go: what it is about, how it ended, and all that a person must decide on. */
const KEEP =
  `schemaVersion id messageId playbook target severity drill mode scope execution startedAt at outcome question override
  decision.decision folder archive report steps[].step steps[].status proofs[].id proofs[].verdict
  proofs[].decisive proofs[].shows`.split(/\s+/);

/** How many of the cuts are named. */
const NAMED_CUTS = 50;
/** Longest name of a cut, in characters: a path can hold text that somebody chose. */
const MAX_CUT = 200;
/** What of the limit is for the list of cuts, and of the rest at least for proposals. */
const CUT_SHARE = 1 / 12;
const PROPOSAL_SHARE = 1 / 3;
/** Bytes of the names of the lists. */
const PUNCTUATION = 40;

/**
 * The follow-up in at most so many bytes of JSON text. A proposal is there whole or not at all, because a command that has
 * lost its end would be another command; those that are left out are counted in `cut`, and the report in its folder has
 * all of them.
 *
 * @param maxBytes at least 1 KiB
 */
export function fitFollowUp<T extends FollowUp>(followUp: T, maxBytes: number = MAX_FOLLOW_UP_BYTES): T {
  if (jsonBytes(followUp) <= maxBytes) return followUp;
  const { cut: before = [], proposals, ...rest } = followUp;
  const cutBytes = Math.floor(maxBytes * CUT_SHARE);
  const room = maxBytes - cutBytes - PUNCTUATION;
  const kept = within(proposals, Math.max(room * PROPOSAL_SHARE, room - jsonBytes(rest)));
  const fitted = fit(rest, room - jsonBytes(kept), KEEP);
  const missing = proposals.length - kept.length;
  const cut = [
    ...before,
    ...(missing > 0 ? [`proposals (${missing} of ${proposals.length})`] : []),
    // What lost whole entries before what was shortened in one.
    ...fitted.cut.toSorted((a, b) => depthOf(a) - depthOf(b)).map(({ path, bytes }) => `${path} (${bytes} bytes)`),
  ];
  return { ...fitted.value, proposals: kept, cut: named(cut, cutBytes) } as unknown as T;
}

const depthOf = ({ path }: Cut): number => path.split(/[.[]/).length;

function named(cuts: readonly string[], maxBytes: number): string[] {
  const names = cuts.map((cut) => short(cut.toWellFormed(), MAX_CUT));
  let left = maxBytes - PUNCTUATION;
  const fitting = names.slice(0, NAMED_CUTS).filter((name) => {
    left -= jsonBytes(name) + 1;
    return left >= 0;
  });
  return linesAndMore(names, fitting.length);
}

/** Each that fits beside those before it. */
function within(proposals: readonly Proposal[], maxBytes: number): Proposal[] {
  let left = maxBytes - 2;
  return proposals.filter((proposal) => {
    const bytes = jsonBytes(proposal) + 1;
    if (bytes > left) return false;
    left -= bytes;
    return true;
  });
}
