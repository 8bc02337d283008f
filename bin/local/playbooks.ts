/** The playbooks that can be run here, and the clients that stand for AWS. */
import { join } from 'node:path';
import { LocalContainmentRegister } from '../../functions/clients/local/containment-register.ts';
import { LocalEvidenceStore } from '../../functions/clients/local/evidence-store.ts';
import { type ContainClients, DEFAULT_SETTINGS, type PlaybookStep } from '../../functions/contain/framework/step.ts';
import { containMachine } from '../../functions/contain/machines/contain.ts';
import { releaseMachine } from '../../functions/contain/machines/release.ts';
import type { Definition } from '../../functions/contain/machines/states.ts';
import { RELEASE_FUNCTION_STEPS } from '../../functions/contain/release/index.ts';
import { CONTAIN_FUNCTION_STEPS } from '../../functions/contain/steps/index.ts';
import { PROBE_FUNCTION_STEPS } from '../../functions/contain/steps/probe.ts';
import { localPlaybooks } from './executions.ts';

/** The functions of the playbooks, each with an identity of its own. */
export type Role = 'contain' | 'probe' | 'release';

/** Stands for the function's ARN. */
export const arnOf = (role: Role): string => `arn:aws:lambda:::function:${role}`;

export const STEPS: Readonly<Record<Role, readonly PlaybookStep[]>> = {
  contain: CONTAIN_FUNCTION_STEPS,
  probe: PROBE_FUNCTION_STEPS,
  release: RELEASE_FUNCTION_STEPS,
};

export const SETTINGS = DEFAULT_SETTINGS;

export const PLAYBOOKS: Readonly<Record<'contain' | 'release', { definition: Definition; roles: readonly Role[] }>> = {
  contain: {
    definition: containMachine(
      { contain: arnOf('contain'), probe: arnOf('probe') },
      { questionSeconds: SETTINGS.questionHours * 3600 },
    ),
    roles: ['contain', 'probe'],
  },
  release: { definition: releaseMachine(arnOf('release')), roles: ['release'] },
};

/** @param directory of the evidence; leases are in it, so that two processes do not work on one namespace */
export const localClients = (directory: string): Omit<ContainClients, 'kubernetes'> => ({
  store: new LocalEvidenceStore(directory),
  register: new LocalContainmentRegister(join(directory, '.leases')),
  // Whoever has started it reads its end.
  followUps: { tell: async () => undefined },
  playbooks: localPlaybooks,
});
