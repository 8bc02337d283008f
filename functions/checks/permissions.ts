import type { Kubernetes } from '../clients/kubernetes/kubernetes.ts';
import type { PermissionsDetails } from '../contract/evidence.ts';
import type { Finding } from '../contract/finding.ts';
import { short } from '../kit/words.ts';
import { type Answer, type Check, type Context, notChecked } from './check.ts';
import { allowedRights } from './parts/allowed-rights.ts';
import { eksConsole } from './parts/console.ts';
import { failureReason } from './parts/failure.ts';
import { type Live, lookUpGrant } from './parts/grant-lookup.ts';
import { type Grant, parseReason } from './parts/granted-by.ts';
import { identitiesOf } from './parts/identities.ts';
import { part, withoutText } from './parts/part.ts';
import { RIGHTS } from './parts/rights.ts';

/** So long that an authorizer which hangs does not cost what the record tells. */
const RIGHTS_LIMIT_MS = 6_000;

/** Why the request was allowed, and what the actor could do next. */
export const permissions: Check = {
  name: 'permissions',
  question: 'What allowed the creator to do this, and what else may it do now?',
  deadlineMs: 8_000,
  run,
  source({ actor: { username, groups = [] }, cluster }) {
    const link = eksConsole(cluster, 'cluster-access-tab');
    const as = [`--as=${username}`, ...groups.map((group) => `--as-group=${group}`)];
    return { ...(link && { link }), ...(username && { command: ['kubectl', 'auth', 'can-i', '--list', ...as] }) };
  },
};

async function run(context: Context): Promise<Answer> {
  const { finding, signal, now } = context;
  const completeUntil = new Date(now()).toISOString();
  const grant = parseReason(finding.request.grantedBy, finding.actor.impersonated?.groups ?? finding.actor.groups);
  const { cluster, noWay } = await connect(context);
  const [lookup, may] = await Promise.all([
    grant && lookUpGrant(grant, context, cluster, noWay),
    rightsOf(context, grant, cluster, noWay),
  ]);
  if (!grant && may.may.length === 0)
    return notChecked(`the record does not tell what allowed it, and ${may.unknown.join('; ')}`);

  signal.throwIfAborted();
  const details: PermissionsDetails = {
    ...(grant && { grantedBy: { ...shown(grant), ...lookup?.value } }),
    may: may.may,
    ...(may.unknown.length > 0 && { unknown: may.unknown }),
  };
  return {
    status: 'found',
    summary: `${grantText(grant, lookup?.value ?? {}, finding)} ${mayText(details, finding)}${withoutText(lookup?.missing ? [lookup.missing] : [])}`,
    details: { ...details },
    completeUntil,
  };
}

/** Without the cluster there is still the reason to tell. */
async function connect({ kubernetes }: Context): Promise<{ cluster: Kubernetes | undefined; noWay: string }> {
  try {
    return { cluster: await kubernetes(), noWay: '' };
  } catch (error) {
    return { cluster: undefined, noWay: failureReason(error) };
  }
}

/** Several reasons for not knowing are often the same one. */
async function rightsOf(context: Context, grant: Grant | undefined, cluster: Kubernetes | undefined, noWay: string) {
  if (!cluster) return { may: [], unknown: [`what it may do now (${noWay})`] };
  const { value, missing } = await part('what it may do now', RIGHTS_LIMIT_MS, context.signal, async (signal) => {
    const { identities, unknown } = await identitiesOf({ ...context, signal }, grant);
    const answers = await Promise.all(identities.map((identity) => allowedRights(identity, cluster, signal)));
    return { answers, unknown };
  });
  if (missing !== undefined) return { may: [], unknown: [missing] };
  const { answers, unknown } = value;
  return {
    may: answers.flatMap(({ may }) => may),
    unknown: [
      ...unknown.map((reason) => `what it may do now (${reason})`),
      ...answers.flatMap((answer) => answer.unknown),
    ],
  };
}

const shown = ({ roleKind: _, principalArn: _arn, principalId: _id, namespace, binding, ...rest }: Grant) => ({
  ...rest,
  ...(binding !== undefined && { binding: short(namespace ? `${namespace}/${binding}` : binding) }),
});

function grantText(grant: Grant | undefined, live: Live, { request, outcome }: Finding): string {
  if (!grant) return outcome === 'attempt-denied' ? 'Nothing allowed it.' : 'The record does not tell what allowed it.';
  if (grant.kind === 'group system:masters')
    return 'Allowed by the group system:masters, whose members may do everything.';
  if (grant.kind === 'other') return `Allowed by an authorizer that says: ${short(request.grantedBy ?? '')}.`;
  const { bindingCreatedAt, bindingGone, wildcard } = live;
  const replaced = Date.parse(bindingCreatedAt ?? '') > Date.parse(request.at ?? '');
  return [
    `Allowed by ${nameOf(grant)}`,
    bindingCreatedAt
      ? ` (made at ${bindingCreatedAt}${replaced ? ', after the request, in place of another one' : ''})`
      : '',
    wildcard ? '; it allows everything' : '',
    bindingGone ? '; it does not exist any more' : '',
    '.',
  ].join('');
}

function nameOf({ kind, binding = '', namespace, role = '', roleKind, subject = '', accessPolicyArn }: Grant): string {
  if (kind === 'EKS access policy')
    return `the EKS access policy ${accessPolicyArn?.split('/').pop() ?? short(binding)}`;
  const where = namespace ? ` of namespace ${short(namespace)}` : '';
  return `${kind} ${short(binding)}${where}, which gives ${roleKind} ${short(role)} to ${short(subject)}`;
}

function mayText({ may, unknown = [] }: PermissionsDetails, { actor }: Finding): string {
  const texts = [
    rightsText(
      'The actor',
      may.filter(({ as }) => !as),
    ),
    rightsText(
      `${short(actor.impersonated?.username ?? 'Whom it claimed to be', 100)}, whom it claimed to be,`,
      may.filter(({ as }) => as),
    ),
  ].filter((text) => text !== '');
  const open =
    unknown.length === 0
      ? []
      : [`Not known: ${unknown.length > 3 ? `${unknown.length} rights, as ` : ''}${unknown.slice(0, 3).join('; ')}.`];
  return [...texts, ...open].join(' ');
}

function rightsText(who: string, may: PermissionsDetails['may']): string {
  if (may.length === 0) return '';
  const allowed = may.filter((right) => right.allowed).map(({ right }) => right);
  if (allowed[0] === RIGHTS[0]?.right) return `${who} may now do everything.`;
  if (allowed.length === 0) return `${who} has none of the ${may.length} rights asked about that lead to more.`;
  return `${who} may now: ${allowed.join(', ')}.`;
}
