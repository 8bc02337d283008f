import type { Kubernetes } from '../../../functions/clients/kubernetes/kubernetes.ts';
import { command } from '../../../functions/contract/commands/command.ts';
import { FOLDER, type Manifests } from './manifests.ts';

/** What a check says of one thing. */
export interface Row {
  /** `note`: nothing that needs anybody, and worth knowing. */
  status: 'ok' | 'note' | 'attention' | 'failed';
  /** One sentence or more: what is, and what it means. */
  says: string;
  /** Commands that put it right, in their order, as argument vectors; may hold text that others have chosen. */
  fix?: readonly (readonly string[])[];
}

/** Who comes in by the ConfigMap aws-auth. */
export interface AwsAuthNeeds {
  /** The clusters of the configuration that refuse access entries. */
  byHand: readonly string[];
  /** Whether there are no others. */
  isOnly: boolean;
  /** Whether the functions of the playbooks have to come in as well. */
  isContaining: boolean;
}

export interface PreflightContext {
  kubernetes: Kubernetes;
  /** What `cluster/` ships. */
  manifests: Manifests;
  /** What the configuration says of the lists that a cluster sets for itself, as expressions of the policies. */
  configured?:
    | {
        file: string;
        lists: Readonly<Record<string, string>>;
        awsAuth?: AwsAuthNeeds;
      }
    | undefined;
  signal: AbortSignal;
}

/** One concern. What is well is one row; what is not has a row for each thing. */
export interface PreflightCheck {
  name: string;
  run(context: PreflightContext): Promise<Row[]>;
}

/** Installs what is missing, and puts back what was changed; from any folder. */
export const APPLY = command('kubectl apply -k', [`${FOLDER}/`]);
/** The identities alone, for a cluster that knows no admission policies. */
export const APPLY_ROLES = command('kubectl apply -k', [`${FOLDER}/roles`]);
