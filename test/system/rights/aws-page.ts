/** What was tried as each role, as the generated part of docs/security-rights.md. */
import type { Call } from './aws-call.ts';

/** @param allowed by the role; every other call was refused */
export function rolesPage(calls: readonly Call[], allowed: ReadonlyMap<string, readonly Call[]>): string {
  const rows = (own: readonly Call[]) =>
    [...Map.groupBy(own, ({ action }) => action)].map(
      ([action, some]) => `| \`${action}\` | ${some.map(({ on }) => on).join(', ')} |`,
    );
  const things = [...Map.groupBy(calls, ({ action }) => action.split(':')[0] ?? '')].map(
    ([service, some]) =>
      `| ${service} | ${[...new Set(some.map(({ action }) => `\`${action.split(':')[1]}\``))].join(', ')} | ${[...new Set(some.map(({ on }) => on))].join(', ')} |`,
  );
  return [
    `${calls.length} calls were made with each role, in the emulated AWS with IAM enforced, on the stack as deployed. What a role`,
    'is not said to do here, it was refused; a role without any permission was refused all of them. Not tried: keys, which the',
    'services of the emulator do not use (each right to them is held to what a service does for the role, `kms:ViaService`), and',
    'GuardDuty and Inspector, which are not there (*investigate* reads their findings). Tried was:',
    '',
    '| Service | Actions | On |',
    '| --- | --- | --- |',
    ...things,
    ...[...allowed].flatMap(([who, own]) => ['', `### ${who}`, '', '| Action | On |', '| --- | --- |', ...rows(own)]),
  ].join('\n');
}
