/** What *alert* sends. */
import type { Finding } from './finding.ts';
import type { Assessment, Evidence } from './investigation.ts';
import type { SCHEMA_VERSION, Severity } from './vocabulary.ts';

/** What goes out. Without `assessment` the investigation failed and the alert stands on the finding alone. */
export interface Alert {
  schemaVersion: typeof SCHEMA_VERSION;
  /** The finding's. */
  id: string;
  finding: Finding;
  evidence?: Evidence[];
  assessment?: Assessment;
  /** Why there is no assessment. */
  investigationFailed?: string;
  /** A later look found the severity risen: what is different from what was told before. */
  update?: AlertUpdate;
  /** RFC 3339: when the investigation ended. */
  investigatedAt?: string;
  /** Where the whole alert is kept (`s3://bucket/key`); absent when it could not be stored. */
  archive?: string;
  /** Where the report for people is kept (HTML, `s3://bucket/key`); absent when it could not be stored. */
  report?: string;
  /** How to contain the namespace; absent where nothing can have been created, or no playbook is installed. */
  contain?: HowToContain | { leftOut: string };
  /** How to say that it was meant; absent like {@link contain}. */
  decide?: HowToDecide;
  /** The execution that isolates the namespace is started automatically, right after this alert. */
  autoStart?: { stateMachine: string; name: string };
  /** What had to be left out to keep a size limit: the investigation's, or that of SNS. */
  cut?: string[];
}

/** One way to start a playbook: its input for the Step Functions console, and the same as a line for a POSIX shell. */
interface PlaybookStart {
  input: Record<string, unknown>;
  command: string;
}

/** The state machine that a {@link PlaybookStart} is for. */
interface Playbook {
  /** ARN. */
  stateMachine: string;
  /** Its page in the console; absent where that is closed to the world. */
  console?: string;
}

export interface HowToContain extends Playbook {
  /** Changes nothing. */
  plan: PlaybookStart;
  isolate: PlaybookStart;
}

interface HowToDecide extends Playbook {
  /** The reason and the person have to be filled in. */
  legitimate: PlaybookStart;
}

export interface AlertUpdate {
  /** What was told before; absent where it was not known. */
  previous?: Severity;
  /** Which look it comes from: 1, 2, … */
  look: number;
  /** Ids of the indicators that are new, or weigh more than they did. */
  newIndicators: string[];
}
