import { parse } from 'yaml';
import { command } from '../../../../functions/contract/commands/command.ts';
import { record, records, text, texts } from '../../../../functions/kit/json.ts';
import { listed } from '../../../../functions/kit/words.ts';
import { GROUPS } from '../../../../functions/kubernetes/quarantine.ts';
import type { PreflightCheck, Row } from '../check.ts';

const PATH = '/api/v1/namespaces/kube-system/configmaps/aws-auth';
const EDIT = command('kubectl edit', ['configmaps', 'aws-auth'], { '--namespace': 'kube-system' });
const APPEND = 'Append the output AwsAuthMapRoles of the stack to its mapRoles.';

/** A role that is mapped, and the groups that it gets. */
interface Mapped {
  role: string;
  groups: string[];
}

/** Whether the functions are let in where the configuration says that it is by the ConfigMap aws-auth. */
export const awsAuth: PreflightCheck = {
  name: 'aws-auth',
  async run({ kubernetes, configured, signal }) {
    const { byHand = [], isOnly = false, isContaining = true } = configured?.awsAuth ?? {};
    if (byHand.length === 0) return [];
    // Which cluster of the configuration this is is not known: where some have access entries, it may be one of these.
    const status = isOnly ? 'failed' : 'attention';
    const which = isOnly ? '' : ` This matters if it is one of ${listed(byHand)}.`;
    const found = await kubernetes.read(PATH, signal);
    if (!found)
      return [
        { status, says: `There is no ConfigMap aws-auth in kube-system: nothing lets the functions in.${which}` },
      ];
    const mapped = mappedIn(text(record(found['data'])['mapRoles']) ?? '');
    if (!mapped)
      return [
        { status, says: `mapRoles in aws-auth is not a list in YAML: nobody in it is let in.${which}`, fix: [EDIT] },
      ];
    const ofPlaybooks = isContaining ? [GROUPS.contain, GROUPS.probe, GROUPS.release] : [];
    const wanted = [GROUPS.observer, GROUPS.watch, ...ofPlaybooks];
    const wrong = wanted
      .flatMap((group) => judge(group, mapped))
      .map((says): Row => ({ status, says: says + which, fix: [EDIT] }));
    if (wrong.length > 0) return wrong;
    const roles = wanted.map((group) => `${group} is ${mapped.find(({ groups }) => groups.includes(group))?.role}`);
    return [{ status: 'ok', says: `aws-auth maps each role to its group: ${roles.join(', ')}.` }];
  },
};

/** Undefined where it is not a list. */
function mappedIn(mapRoles: string): Mapped[] | undefined {
  try {
    const parsed: unknown = parse(mapRoles, { maxAliasCount: 0 });
    if (!Array.isArray(parsed)) return undefined;
    return records(parsed).map(({ rolearn, groups }) => ({ role: text(rolearn) ?? '', groups: texts(groups) }));
  } catch {
    return undefined; // the reason is in the file, which the fix opens
  }
}

function judge(group: string, mapped: readonly Mapped[]): string[] {
  const own = mapped.filter(({ groups }) => groups.includes(group));
  const roles = [...new Set(own.map(({ role }) => role))];
  if (roles.length === 0) return [`aws-auth maps no role to ${group}. ${APPEND}`];
  const wide = own.filter(({ groups }) => groups.length > 1);
  return [
    ...(roles.length > 1
      ? [`aws-auth maps several roles to ${group}: ${listed(roles, 5)}. Only that of the stack belongs there.`]
      : []),
    ...wide.map(({ role, groups }) => `aws-auth maps ${role} to ${listed(groups, 5)}, not to ${group} alone.`),
  ];
}
