/** What a check is, what it is given, what it must be granted, and what it may answer. */

import type { ZodMiniType } from 'zod/mini';
import type { AwsAction } from '../clients/aws/actions.ts';
import type { FlowLogs, ImageScans, Threats, Trail } from '../clients/aws/cloud-findings.ts';
import type { Eks } from '../clients/aws/eks.ts';
import type { Kubernetes, KubernetesAccess } from '../clients/kubernetes/kubernetes.ts';
import type { LogSearch } from '../clients/logs/log-search.ts';
import type { Baseline } from '../clients/table/baseline.ts';
import type { Finding } from '../contract/finding.ts';
import type { Read, Written } from '../contract/read.ts';
import type { Statement } from '../contract/vocabulary.ts';
import type { Block } from '../kit/blocks.ts';
import { defined } from '../kit/defined.ts';
import type { KubernetesRight } from '../kubernetes/rbac.ts';
import type { LiveNamespace } from './parts/target.ts';

/** What checks may ask. One that is absent cannot be asked where this runs: the check says so. */
export interface CheckClients {
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
  /** Contacts by IAM principal or username pattern. */
  contacts: readonly { pattern: string; contact: string }[];
  /** Identities that act for people, whose word is believed: IAM principal or username patterns. @default none */
  proxies?: readonly string[];
  /** Identities for emergencies, in the same form. @default none */
  breakGlass?: readonly string[];
}

export const DEFAULT_CHECK_SETTINGS: CheckSettings = {
  windowHours: 24,
  startScans: false,
  usualRegistries: [],
  contacts: [],
  proxies: [],
  breakGlass: [],
};

/** What a check is given. */
export interface CheckContext {
  finding: Finding;
  clients: CheckClients;
  settings: CheckSettings;
  /** The finding's cluster, connected once for all checks. @throws when there is no way to it */
  kubernetes(): Promise<Kubernetes>;
  /** The finding's namespace in that cluster, read once for all checks. @throws when it cannot be read */
  liveNamespace(): Promise<LiveNamespace>;
  /** Aborts when the check's time is over: hand it to every call. The check is not waited for after that. */
  signal: AbortSignal;
  /** Nobody has had the answers yet: the first look at the finding, or one after limits kept questions from being asked. */
  isFirst: boolean;
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
interface Result<Details> extends Source {
  /** One sentence for a person. */
  summary: string;
  /**
   * The same in at most `MAX_BRIEF` characters, with the worst of it: a sentence that can be read alone. Absent where the summary
   * is no longer.
   */
  brief?: string;
  /** Facts for machines, and for the indicators: anything that JSON can hold. */
  details?: Details;
}

/**
 * A check's answer.
 * - `found`: there is something to know.
 * - `clear`: looked at everything, and nothing is of concern, by data that is complete until the instant given.
 * - `not-checked`: no answer, and why not. A check may also just throw.
 */
export type CheckAnswer<Details = object> =
  | (Result<Details> & { status: 'found'; completeUntil?: string })
  | (Result<Details> & { status: 'clear'; completeUntil: string })
  | NotChecked;

export type NotChecked = Source & {
  status: 'not-checked';
  /** What stands behind "Not checked: ". */
  reason: string;
  /** The same in at most `MAX_BRIEF` characters; absent where the reason is no longer. */
  brief?: string;
};

/** The answer of a check that cannot look, with the reason why; in short, where the reason may be long. */
export const notChecked = (reason: string, brief?: string): NotChecked => ({
  status: 'not-checked',
  reason,
  ...defined({ brief }),
});

/**
 * What a check must be granted. The rights of the observer (`cluster/roles/observer.yaml`) and the statements of the
 * role (`lib/pipeline/investigate-permissions.ts`) are these of all checks, no fewer and no more; what a check calls is
 * held against them.
 */
interface Needs {
  kubernetes: readonly KubernetesRight[];
  /** As IAM names them. */
  aws: readonly AwsAction[];
  /** What is asked as well; where the observer may not, the answer says so, and rests on the rest. `*` is any resource. */
  optional?: readonly KubernetesRight[];
}

/** What reads a check's details: any combination of the combinators of `contract/read.ts`. */
export type DetailsSchema = ZodMiniType<object, object>;

/** One question that the investigation asks: a file in this folder, and a row in its table. */
export interface Check<Name extends string = string, Details extends DetailsSchema = DetailsSchema> {
  /** Unique; stands in evidence and metrics. */
  name: Name;
  /** As a person would ask it. */
  question: string;
  /**
   * What it asks about, where that is not there once a request for a namespace was refused: the namespace that was asked for,
   * or what is in it. The check is not asked then.
   */
  about?: 'namespace' | 'contents';
  /** How long it may take, in milliseconds, within the investigation's budget. */
  deadlineMs: number;
  needs: Needs;
  /**
   * The schema of the answer's details. They travel, and may lose parts to a size limit: a reader gets what can be
   * read.
   */
  details: Details;
  run(context: CheckContext): Promise<CheckAnswer<Written<Details>>>;
  /**
   * Whether something is missing in the details that an indicator could rest on. What they name under `missing`,
   * `notAsked` or `unknown`, or have as `more: true`, counts as missing in any case.
   */
  isPartial?(details: Read<Details>): boolean;
  /**
   * What a message states of the answer, where it is news that a later look finds it otherwise: a row of the answer's own. Absent,
   * and undefined, where indicators tell all that matters.
   */
  statement?(details: Read<Details>, status: 'found' | 'clear'): Statement | undefined;
  /** How the report shows the details. */
  show(details: Read<Details>): Block[];
  /** Where a person can look, also when the check fails; an answer that names a better source goes before. */
  source?(finding: Finding): Source;
}

/** A check as it is written, so that its name and the type of its details are known where it is read. */
export const defineCheck = <const Name extends string, Details extends DetailsSchema>(
  check: Check<Name, Details>,
): Check<Name, Details> => check;
