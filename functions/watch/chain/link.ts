/** What a link of the chain is: from the audit log of a cluster, over its filter and *detect*, to the canary that arrives. */
import type { Cluster as EksCluster } from '@aws-sdk/client-eks';
import type { AwsAction } from '../../clients/aws/actions.ts';
import type { Chain } from '../../clients/aws/chain.ts';
import type { Eks } from '../../clients/aws/eks.ts';
import type { Canaries, CanaryState } from '../../clients/table/canaries.ts';
import type { Cluster } from '../../contract/finding.ts';
import type { ChainSettings } from '../job.ts';

/** What a link is given. */
export interface LinkContext {
  /** Of a central log group, the name is that of the group. */
  cluster: Cluster & { name: string };
  /** Whether logs of other accounts or Regions are copied into the group: nothing but the group itself can be asked then. */
  isCentral: boolean;
  logGroup: string;
  /** As EKS describes it; undefined where there is none of that name. */
  described: EksCluster | undefined;
  canary: CanaryState;
  /** When the chain of this cluster was examined first. In epoch milliseconds. */
  watchedSince: number;
  canaries: Pick<Canaries, 'know'>;
  chain: Chain;
  eks: Eks;
  settings: ChainSettings;
  signal: AbortSignal;
  /** Epoch milliseconds. */
  now: number;
}

/** Where the chain is broken. */
export interface Break {
  /** What is wrong, in one sentence. It is told when this changes: so nothing stands in it that changes while it lasts, as a count. */
  says: string;
  /** What to do, in one sentence. */
  todo: string;
  /** The command that does it, as an argument vector. */
  fix?: string[];
}

/** One link: a file beside this one, and a row in `links.ts`. */
export interface DetectionLink {
  /** Unique; stands in mails and in the item that holds what is broken. */
  id: string;
  /** What it is, as the subject of a mail names it. */
  what: string;
  /** Whether it is examined of log groups, too, into which logs of other accounts or Regions are copied. */
  ofCentralGroups?: true;
  needs: readonly AwsAction[];
  /** @returns undefined where it holds. @throws where AWS does not say */
  examine(context: LinkContext): Promise<Break | undefined>;
  /** What is told once, and stays as it is: takes it for known. Absent where it stays broken until it is fixed. */
  settle?(context: LinkContext): Promise<void>;
}
