import type { DetailsByCheck } from '../../../checks/index.ts';

type Threat = DetailsByCheck['threats']['findings'][number];

/** GuardDuty's levels begin here (user guide, "Severity levels of findings"). */
export const CRITICAL = 9;
export const HIGH = 7;
export const MEDIUM = 4;

/** Whether it is about the namespace or the creator. */
export const isClose = ({ concerns }: Threat): boolean => concerns.includes('namespace') || concerns.includes('actor');

export const worstOf = (threats: readonly Threat[]): Threat | undefined =>
  threats.reduce<Threat | undefined>((a, b) => (a && a.severity >= b.severity ? a : b), undefined);
