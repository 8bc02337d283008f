import type { Kubernetes } from '../../../functions/clients/kubernetes/kubernetes.ts';
import type { Manifests } from './manifests.ts';

/** What a check says of one thing. */
export interface Row {
  status: 'ok' | 'attention' | 'failed';
  /** One sentence or more: what is, and what it means. */
  says: string;
  /** Commands that put it right, in their order, as argument vectors; may hold text that others have chosen. */
  fix?: readonly (readonly string[])[];
}

export interface PreflightContext {
  kubernetes: Kubernetes;
  /** What `cluster/` ships. */
  manifests: Manifests;
  signal: AbortSignal;
}

/** One concern. What is well is one row; what is not has a row for each thing. */
export interface PreflightCheck {
  name: string;
  run(context: PreflightContext): Promise<Row[]>;
}

/** Installs what is missing, and puts back what was changed. */
export const APPLY = ['kubectl', 'apply', '-k', 'cluster/'];
