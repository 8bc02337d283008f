/** What a word beside an answer says: by its text and its form, never by colour alone. */
import type { Alert } from '../../contract/alert.ts';
import type { ProofVerdict, StepStatus } from '../../contract/containment.ts';
import type { Evidence } from '../../contract/investigation.ts';
import { STATUS, VERDICTS } from '../follow-up/words.ts';

/** `form` is a class of the style sheet. */
export interface Badge {
  form: 'concern' | 'noted' | 'clear' | 'open';
  word: string;
}

/** What each says of a check; `Noted` is not a promise that it is harmless. */
const BADGES = {
  concern: { form: 'concern', word: 'Of concern' },
  noted: { form: 'noted', word: 'Noted' },
  clear: { form: 'clear', word: 'Clear' },
  'not-checked': { form: 'open', word: 'Not checked' },
} as const satisfies Record<string, Badge>;

/** What the badges mean, in the order of their weight. */
export const LEGEND: readonly (readonly [badge: Badge, meaning: string])[] = [
  [BADGES.concern, 'a reason for the severity'],
  [BADGES.noted, 'found, not a reason'],
  [BADGES.clear, 'nothing found'],
  [BADGES['not-checked'], 'not known'],
];

/** The checks that a reason for the severity rests on. */
export const concerning = ({ assessment }: Pick<Alert, 'assessment'>): ReadonlySet<string> =>
  new Set(assessment?.indicators.flatMap(({ weight, check }) => (weight > 0 && check !== undefined ? [check] : [])));

export const evidenceBadge = ({ check, status }: Evidence, concern: ReadonlySet<string>): Badge =>
  status === 'found' ? (concern.has(check) ? BADGES.concern : BADGES.noted) : BADGES[status];

/** Of several answers together: the gravest, and that some are missing. */
export function answerBadge(evidence: readonly Evidence[], concern: ReadonlySet<string>): Badge {
  const badges = evidence.map((item) => evidenceBadge(item, concern));
  const [gravest] = LEGEND.map(([badge]) => badge).filter((badge) => badges.includes(badge));
  const { form, word } = gravest ?? BADGES['not-checked'];
  const isIncomplete = form !== 'open' && badges.includes(BADGES['not-checked']);
  // What is known in part only is not clear.
  return { form: isIncomplete && form === 'clear' ? 'open' : form, word: isIncomplete ? `${word}, incomplete` : word };
}

const STEP_FORMS: Record<StepStatus, Badge['form']> = {
  done: 'clear',
  partly: 'concern',
  failed: 'concern',
  skipped: 'open',
  refused: 'concern',
};
const PROOF_FORMS: Record<ProofVerdict, Badge['form']> = {
  proven: 'clear',
  'not-proven': 'concern',
  'not-applicable': 'open',
};

export const stepBadge = (status: StepStatus): Badge => ({ form: STEP_FORMS[status], word: STATUS[status] });
export const proofBadge = (verdict: ProofVerdict): Badge => ({ form: PROOF_FORMS[verdict], word: VERDICTS[verdict] });
