import { compromisedServiceAccount } from './compromised-serviceaccount.ts';
import { deniedReconnaissance } from './denied-reconnaissance.ts';
import { developerNamespace } from './developer-namespace.ts';
import { gitopsTen } from './gitops-ten.ts';
import type { Incident } from './incident.ts';
import { lookalikeNamespace } from './lookalike-namespace.ts';
import { stolenCiRole } from './stolen-ci-role.ts';

/** Every incident that can be staged. */
export const INCIDENTS: readonly Incident[] = [
  developerNamespace,
  gitopsTen,
  stolenCiRole,
  lookalikeNamespace,
  compromisedServiceAccount,
  deniedReconnaissance,
];
