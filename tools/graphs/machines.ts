/** The three playbooks, as they are deployed. The functions' names are of no account. */
import { containMachine } from '../../functions/contain/machines/contain.ts';
import { decideMachine } from '../../functions/contain/machines/decide.ts';
import { releaseMachine } from '../../functions/contain/machines/release.ts';
import type { Definition } from '../../functions/contain/machines/states.ts';

const arn = (name: string): string => `arn:aws:lambda:eu-west-1:111122223333:function:${name}`;

export const MACHINES: Readonly<Record<'contain' | 'decide' | 'release', Definition>> = {
  contain: containMachine({ contain: arn('contain'), probe: arn('probe') }, { questionSeconds: 4 * 3600 }),
  decide: decideMachine(arn('decide')),
  release: releaseMachine(arn('release')),
};
