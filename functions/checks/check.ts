/** The framework's contract: what a check is, what it is given, and what it may answer. */

import type { FlowLogs, ImageScans, Threats, Trail } from '../clients/aws/cloud-findings.ts';
import type { Eks } from '../clients/aws/eks.ts';
import type { Kubernetes, KubernetesAccess } from '../clients/kubernetes/kubernetes.ts';
import type { LogSearch } from '../clients/logs/log-search.ts';
import type { Baseline } from '../clients/table/baseline.ts';
import type { Finding } from '../contract/finding.ts';

/** What checks may ask. One that is absent cannot be asked where this runs: the check says so. */
export interface Clients {
  eks?: Eks;
  kubernetes?: KubernetesAccess;
  logs?: LogSearch;
  trail?: Trail;
  imageScans?: ImageScans;
  threats?: Threats;
  flowLogs?: FlowLogs;
  baseline?: Pick<Baseline, 'lookUp'>;
}

/** What of the configuration concerns the checks. */
export interface CheckSettings {
  /** How far back the logs are asked, in hours. */
  windowHours: number;
  /** Start a scan of an image in ECR that has none. */
  startScans: boolean;
  /** Registries that are usual here, as `602401143452.dkr.ecr.*`; `*` stands for any text. */
  usualRegistries: readonly string[];
  /** Whom to ask, by IAM principal or username pattern. */
  contacts: readonly { pattern: string; contact: string }[];
}

export const DEFAULT_CHECK_SETTINGS: CheckSettings = {
  windowHours: 24,
  startScans: false,
  usualRegistries: [],
  contacts: [],
};

/** What a check is given. */
export interface Context {
  finding: Finding;
  clients: Clients;
  settings: CheckSettings;
  /** The finding's cluster, connected once for all checks. @throws when there is no way to it */
  kubernetes(): Promise<Kubernetes>;
  /** Aborts when the check's time is over: hand it to every call. The check is not waited for after that. */
  signal: AbortSignal;
  /** Epoch milliseconds. */
  now(): number;
}

/** Where a person can see the same. */
export interface Source {
  /** An https address: the AWS console's page. */
  link?: string;
  /** Argument vector; may hold attacker-chosen text, whoever prints it looks at each value. */
  command?: string[];
}

/** What a check found out. */
interface Result extends Source {
  /** One sentence for a person. */
  summary: string;
  /** Facts for machines, and for the indicators: anything that JSON can hold. */
  details?: Record<string, unknown>;
}

/**
 * A check's answer.
 * - `found`: there is something to know.
 * - `clear`: looked at everything, and nothing is of concern, by data that is complete until the instant given.
 * - `not-checked`: no answer, and why not. A check may also just throw.
 */
export type Answer =
  | (Result & { status: 'found'; completeUntil?: string })
  | (Result & { status: 'clear'; completeUntil: string })
  | (Source & { status: 'not-checked'; reason: string });

/** One question that the investigation asks: a file in `checks/`, and a row in its table. */
export interface Check {
  /** Unique; stands in evidence and metrics. */
  name: string;
  /** As a person would ask it. */
  question: string;
  /** How long it may take, in milliseconds, within the investigation's budget. */
  deadlineMs: number;
  run(context: Context): Promise<Answer>;
  /** Where a person can look, also when the check fails; an answer that names a better source goes before. */
  source?(finding: Finding): Source;
}

/** The answer of a check that cannot look, with the reason why. */
export const notChecked = (reason: string): Answer => ({ status: 'not-checked', reason });
