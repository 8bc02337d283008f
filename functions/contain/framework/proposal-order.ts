/** In which order proposals are told: what cuts live access comes first, whichever step has made it. */
import { PROPOSAL_AIMS, type Proposal, type ProposalAim } from '../../contract/containment.ts';
import type { StepKey } from '../../contract/playbook-steps.ts';

/** What the proposals of a step are for, where they do not say it themselves. */
const AIMS: Partial<Record<StepKey, ProposalAim>> = {
  checkTarget: 'isolation',
  disableNamespace: 'isolation',
  isolateNetwork: 'isolation',
  cutIdentity: 'access',
  cutConnections: 'isolation',
  collectEvidence: 'evidence',
  removeWorkloads: 'isolation',
  writeRemediation: 'hardening',
  checkSnapshot: 'restoration',
  restoreIdentity: 'restoration',
  restoreNetwork: 'restoration',
  restoreWorkloads: 'restoration',
};

/** The proposals of a step, each with what it is for. */
export const withAims = (step: StepKey, proposals: readonly Proposal[]): Proposal[] =>
  proposals.map((proposal) => ({ ...(AIMS[step] ? { aim: AIMS[step] } : {}), ...proposal }));

/** Its place; of a proposal whose aim is not known the last. */
export const rankOf = ({ aim }: Proposal): number =>
  aim === undefined ? PROPOSAL_AIMS.length : PROPOSAL_AIMS.indexOf(aim);

/** The most urgent first; of the same aim as they came. */
export const byUrgency = (proposals: readonly Proposal[]): Proposal[] =>
  proposals.toSorted((a, b) => rankOf(a) - rankOf(b));
