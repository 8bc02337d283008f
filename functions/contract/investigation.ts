/** What *investigate* is asked, and what it answers: evidence, and an assessment of it. */
import type { Cut, Finding } from './finding.ts';
import type { SCHEMA_VERSION, Severity } from './vocabulary.ts';

/** A check's answer to its question. */
export interface Evidence {
  /** The check's name, as `principal`. */
  check: string;
  /** The question it answers, as a person would ask it. */
  question: string;
  /**
   * - `found`: there is something to know.
   * - `clear`: looked, and nothing of concern; complete until {@link completeUntil}.
   * - `not-checked`: no answer, see {@link reason}; never to be read as clean.
   */
  status: 'found' | 'clear' | 'not-checked';
  /** One sentence for a person. May hold attacker-chosen text: a reader must treat it as data. */
  summary: string;
  /** Why there is no answer; with `not-checked` only. */
  reason?: string;
  /** RFC 3339: the instant until which the data behind the answer is complete. */
  completeUntil?: string;
  /** Facts for machines, and for the indicators. */
  details?: Record<string, unknown>;
  /** AWS console page that shows the same. */
  link?: string;
  /** The command that shows the same, as an argument vector; printed only when every value is safe. */
  command?: string[];
  /** How long the check took, in milliseconds. */
  tookMs?: number;
}

/** Evidence that moves the score. */
export interface Indicator {
  id: string;
  /** Points added to (or taken from) the score. */
  weight: number;
  /** Why, in one sentence. May hold attacker-chosen text. */
  reason: string;
  /** MITRE ATT&CK technique, as `T1036.005`, where one applies. */
  technique?: string;
  /** The check whose evidence it rests on; absent where the record itself shows it. */
  check?: string;
}

/** What is not known and could make it worse. */
export interface OpenQuestion {
  /** The check that gave no answer, or only a part of it. */
  check: string;
  /** By how many points its answer could raise the score at most. */
  upTo: number;
}

/** How worried to be. */
export interface Assessment {
  /** 0 to 100. */
  score: number;
  severity: Severity;
  indicators: Indicator[];
  /** What could change the picture, the gravest first; absent where every question has its answer. */
  couldChange?: OpenQuestion[];
}

/** An assessment as it is kept to be compared with. */
export interface Verdict {
  /** Absent where it was not known: the investigation failed, or no check gave an answer. */
  severity?: Severity;
  score?: number;
  /** The weight of each indicator, by its id. */
  indicators: Record<string, number>;
}

/** What *detect* and *watch* hand to *investigate*. */
export interface InvestigationRequest {
  finding: Finding;
  /** 1, 2, … for another look at a finding that has been alerted; absent for the first one. */
  look?: number;
  /** What on-call was told last; with {@link look} only. */
  previous?: Verdict;
}

/** What *investigate* returns. At most {@link MAX_INVESTIGATION_BYTES} as JSON. */
export interface Investigation {
  schemaVersion: typeof SCHEMA_VERSION;
  findingId: string;
  /** RFC 3339. */
  startedAt: string;
  finishedAt: string;
  evidence: Evidence[];
  assessment: Assessment;
  cut?: Cut[];
}
