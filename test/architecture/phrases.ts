/** What this project does not write, and what it writes in its place. `docs/style.md` shows the same table; a test compares the two. */

export interface Phrase {
  /** As a person would name it. */
  never: string;
  better: string;
  pattern: RegExp;
}

export const PHRASES: readonly Phrase[] = [
  { never: 'to mend, the mend', better: 'to fix, the fix', pattern: /\bmend(s|ed|ing)?\b/i },
  { never: 'anew', better: 'again', pattern: /\banew\b/i },
  { never: 'foremost', better: 'the most relevant, the most severe', pattern: /\bforemost\b/i },
  { never: 'likewise', better: 'in the same way, too', pattern: /\blikewise\b/i },
  { never: 'to no end', better: 'in vain', pattern: /\bto no end\b/i },
  { never: 'in masses', better: 'in bulk', pattern: /\bin masses\b/i },
  { never: 'whom it concerns', better: 'the owner', pattern: /\bwhom it concerns\b/i },
  { never: 'how worried to be', better: 'how severe it is', pattern: /\bhow worried\b/i },
  { never: 'came to the right', better: 'got permission', pattern: /\bcame to the right\b/i },
  { never: 'somebody is at it', better: 'somebody is still active', pattern: /\b(is|be|are) at it\b/i },
  { never: 'Nobody is named', better: 'No contact found', pattern: /\bnobody is named\b/i },
  { never: 'See to what', better: 'Fix what', pattern: /\bsee to what\b/i },
  {
    never: 'is no pattern',
    better: 'is not a pattern',
    pattern:
      /(?<!\b(?:there|here|nobody)\s)\b(?:is|are|was|were) no (?!longer|more|less|fewer|later|earlier|one\b|other)[a-z]/i,
  },
  {
    never: 'an answer that is none',
    better: 'an answer that is not one',
    pattern: /\b(?:that|this) (?:is|are) none\b/i,
  },
  {
    never: 'a log of which nobody knows',
    better: 'a log about which nobody knows, a log whose …',
    pattern: /(?<!\b(?:all|any|both|each|first|last|more|most|newest|none|one|part|some|which|worst) )\bof which\b/i,
  },
  {
    never: 'the record does not tell which',
    better: 'the record does not say which',
    pattern: /\b(?:does|do|did) not tell (?:what|which|who|whom|whether|how|why)\b/i,
  },
  { never: 'it tells neither', better: 'it says neither', pattern: /\btells neither\b/i },
  { never: 'workload(s)', better: '1 workload, 2 workloads', pattern: /[a-z]\(s\)/ },
  { never: 'of concern:', better: 'suspicious:', pattern: /\bof concern:/i },
  {
    never: 'pods reach for the node',
    better: 'pods can take over the node',
    pattern: /\breach(?:es)? for the node\b/i,
  },
];
