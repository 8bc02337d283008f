/** What a job of *watch* is, what it is given, what it must be granted, and what it reports. */
import type { AwsAction } from '../clients/aws/actions.ts';
import type { Cluster } from '../contract/finding.ts';
import type { Problem } from '../contract/problems.ts';
import type { KubernetesRight } from '../kubernetes/rbac.ts';

/** What of the configuration concerns the jobs. */
export interface WatchSettings {
  /** How many entries of the agenda are taken in one run at most; the others wait for the next one. */
  maxPerRun: number;
  /** IAM ARN of the role of this function. */
  role: string;
}

/** What the stack has deployed, as the chain from the audit log to *detect* is compared with it. */
export interface ChainSettings {
  /** IAM ARN of the role of this function. */
  role: string;
  region: string;
  stackName: string;
  /** Name and ARN of the function *detect*. */
  detectName: string;
  detectArn: string;
  /** Names of the clusters whose cut lines are watched as well. */
  cutLineClusters: readonly string[];
  /**
   * Log groups into which logs of other accounts or Regions are copied, with whether their cut lines are watched as well: those that
   * this *watch* looks after.
   */
  centralGroups: readonly { name: string; cutLines: boolean }[];
  /** Names of the clusters that let our roles in by aws-auth. */
  mappedClusters: readonly string[];
}

/** What a job is given. */
export interface JobContext<Clients> {
  clients: Clients;
  settings: WatchSettings;
  /** The clusters that this function reaches, each with its account and Region. */
  clusters: readonly Cluster[];
  /** Aborts when the job's time is over: hand it to every call. The job is not waited for after that. */
  signal: AbortSignal;
  /** Epoch milliseconds. */
  now(): number;
  /** Something could not be handled; the others go on. The run counts as failed, and the job is due at the next run. */
  failed(what: string, error: unknown): void;
  /** Something is not known, and not broken by that: it stands in the log. */
  unknown(what: string, error: unknown): void;
  /** Something that a person has to act on, counted for its alarm. */
  problem(problem: Problem, count: number): void;
}

/** What a job did, counted; it stands in the log (`job done`). One with `postponed` could not be done now, and is due at the next run. */
export type JobSummary = Readonly<Record<string, number | boolean>>;

/** One thing that *watch* does: a file in `jobs/`, and a row in {@link import('./jobs.ts').JOBS}. */
export interface Job<Clients, Id extends string = string> {
  /** Unique; stands in the log and in the key of the item that holds when it ran last. */
  id: Id;
  /**
   * `stack`: done by the *watch* of the first network alone. `network`: done by the *watch* of each network, for the clusters
   * that it reaches; what talks to Kubernetes is of this kind.
   */
  scope: 'stack' | 'network';
  /** How often it is done, in minutes: a multiple of `SCHEDULE_MINUTES`. What is done in every run keeps no item. */
  everyMinutes: number;
  /** How long it may take, in milliseconds: within the time of the function, which all jobs share. */
  deadlineMs: number;
  /** The role of *watch* and its ClusterRole (`cluster/roles/watch.yaml`) are granted these of all jobs, no fewer and no more. */
  needs: { aws: readonly AwsAction[]; kubernetes: readonly KubernetesRight[] };
  run(context: JobContext<Clients>): Promise<JobSummary>;
}
