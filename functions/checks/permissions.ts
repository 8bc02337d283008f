import type { Kubernetes } from '../clients/kubernetes/kubernetes.ts';
import type { Finding } from '../contract/finding.ts';
import type { Read, Written } from '../contract/read.ts';
import * as field from '../contract/read.ts';
import type { Block } from '../kit/blocks.ts';
import * as block from '../kit/blocks.ts';
import { defined } from '../kit/defined.ts';
import { ownWords, type Phrase, say } from '../kit/phrase.ts';
import { short, shortName } from '../kit/words.ts';
import { type CheckAnswer, type CheckContext, defineCheck, notChecked } from './check.ts';
import { allowedRights } from './parts/allowed-rights.ts';
import { eksConsole } from './parts/console.ts';
import { failureReason } from './parts/failure.ts';
import { type Live, lookUpGrant } from './parts/grant-lookup.ts';
import { type AuthorizerGrant, type GrantKind, parseReason } from './parts/granted-by.ts';
import { identitiesOf } from './parts/identities.ts';
import { answerPart, withoutText } from './parts/part.ts';
import { RIGHTS } from './parts/rights.ts';

/** How long the authorizer is asked: if it hangs, what the record tells is not lost. */
const RIGHTS_LIMIT_MS = 6_000;

const schema = field.object({
  /** The authorizer's reason, taken apart. */
  grantedBy: field.optional(
    field.part({
      kind: field.word<GrantKind>(),
      binding: field.optional(field.text),
      role: field.optional(field.text),
      accessPolicyArn: field.optional(field.text),
      /** To whom the binding gives it: `Group "developers"`. */
      subject: field.optional(field.text),
      /** When the binding was made; it says whether the right is new. */
      bindingCreatedAt: field.optional(field.text),
      /** The binding does not exist any more. */
      bindingGone: field.optional(field.flag),
      /** The role's rule that allows it allows everything. */
      wildcard: field.optional(field.flag),
    }),
  ),
  /**
   * What the actor may do now that matters, and by what; `as` where it is what the identity may do that the actor
   * claimed to be. A right that could not be decided is not here but in `unknown`.
   */
  may: field.list(
    field.object({
      right: field.text,
      allowed: field.flag,
      by: field.optional(field.text),
      as: field.optional(field.word<'impersonated'>()),
    }),
  ),
  /** Rights that could not be decided, each with the reason why. */
  unknown: field.optional(field.texts),
});
type Details = Written<typeof schema>;

/** Why the request was allowed, and what the actor could do next. */
export const permissions = defineCheck({
  name: 'permissions',
  question: 'What allowed the creator to do this, and what else can it do now?',
  deadlineMs: 8_000,
  needs: {
    kubernetes: [
      'create subjectaccessreviews.authorization.k8s.io',
      'get clusterrolebindings.rbac.authorization.k8s.io',
      'get clusterroles.rbac.authorization.k8s.io',
      'get rolebindings.rbac.authorization.k8s.io',
      'get roles.rbac.authorization.k8s.io',
    ],
    aws: ['eks:DescribeAccessEntry', 'eks:ListAccessEntries', 'eks:ListAssociatedAccessPolicies'],
  },
  details: schema,
  run,
  show,
  source({ actor: { username, groups = [] }, cluster }) {
    const link = eksConsole(cluster, 'cluster-access-tab');
    const as = [`--as=${username}`, ...groups.map((group) => `--as-group=${group}`)];
    return defined({
      link: link || undefined,
      command: username ? ['kubectl', 'auth', 'can-i', '--list', ...as] : undefined,
    });
  },
});

async function run(context: CheckContext): Promise<CheckAnswer<Details>> {
  const { finding, signal, now } = context;
  const completeUntil = new Date(now()).toISOString();
  const grant = parseReason(finding.request.grantedBy, finding.actor.impersonated?.groups ?? finding.actor.groups);
  const { cluster, noWay } = await connect(context);
  const [lookup, may] = await Promise.all([
    grant && lookUpGrant(grant, context, cluster, noWay),
    rightsOf(context, grant, cluster, noWay),
  ]);
  if (!grant && may.may.length === 0)
    return notChecked(
      `the record does not say what allowed it, and ${may.unknown.join('; ')}`,
      'the record does not say what allowed it, and the rights of today are not known',
    );

  signal.throwIfAborted();
  const details: Details = defined({
    grantedBy: grant && { ...shown(grant), ...lookup?.value },
    may: may.may,
    unknown: may.unknown.length > 0 ? may.unknown : undefined,
  });
  return {
    status: 'found',
    summary: `${grantText(grant, lookup?.value ?? {}, finding)} ${mayText(details, finding)}${withoutText(lookup?.missing ? [lookup.missing] : [])}`,
    brief: inShort(grant, details, finding),
    details,
    completeUntil,
  };
}

/** What allowed it; what it leads to only where that is everything. */
function inShort(grant: AuthorizerGrant | undefined, { may }: Details, finding: Finding): string {
  const isAdmin = may.some(({ allowed, right, as }) => allowed && !as && right === RIGHTS[0]?.right);
  const now = isAdmin ? ' The creator now has full control of the cluster.' : '';
  if (!grant || grant.kind === 'group system:masters' || grant.kind === 'other')
    return `${shortName(grantText(grant, {}, finding), 70)}${now}`;
  const { kind, binding = '', role, accessPolicyArn } = grant;
  const name = shortName(accessPolicyArn?.split('/').pop() ?? binding, 30);
  return `Allowed by ${kind} ${name}${role ? ` (${shortName(role, 20)})` : ''}.${now}`;
}

/** Without the cluster there is still the reason to tell. */
async function connect({ kubernetes }: CheckContext): Promise<{ cluster: Kubernetes | undefined; noWay: string }> {
  try {
    return { cluster: await kubernetes(), noWay: '' };
  } catch (error) {
    return { cluster: undefined, noWay: failureReason(error) };
  }
}

/** Several reasons for not knowing are often the same one. */
async function rightsOf(
  context: CheckContext,
  grant: AuthorizerGrant | undefined,
  cluster: Kubernetes | undefined,
  noWay: string,
) {
  if (!cluster) return { may: [], unknown: [`what it may do now (${noWay})`] };
  const { value, missing } = await answerPart('what it may do now', RIGHTS_LIMIT_MS, context.signal, async (signal) => {
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

const shown = ({
  roleKind: _,
  principalArn: _arn,
  principalId: _id,
  namespace,
  binding,
  ...rest
}: AuthorizerGrant) => ({
  ...rest,
  ...defined({ binding: binding === undefined ? undefined : short(namespace ? `${namespace}/${binding}` : binding) }),
});

function grantText(grant: AuthorizerGrant | undefined, live: Live, { request, outcome }: Finding): string {
  if (!grant) return outcome === 'attempt-denied' ? 'Nothing allowed it.' : 'The record does not say what allowed it.';
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
    bindingGone ? '; it no longer exists' : '',
    '.',
  ].join('');
}

function nameOf({
  kind,
  binding = '',
  namespace,
  role = '',
  roleKind,
  subject = '',
  accessPolicyArn,
}: AuthorizerGrant): string {
  if (kind === 'EKS access policy')
    return `the EKS access policy ${accessPolicyArn?.split('/').pop() ?? short(binding)}`;
  const where = namespace ? ` of namespace ${short(namespace)}` : '';
  return `${kind} ${short(binding)}${where}, which gives ${roleKind} ${short(role)} to ${short(subject)}`;
}

function mayText({ may, unknown = [] }: Details, { actor }: Finding): string {
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

function rightsText(who: string, may: Details['may']): string {
  if (may.length === 0) return '';
  const allowed = may.filter((right) => right.allowed).map(({ right }) => right);
  if (allowed[0] === RIGHTS[0]?.right) return `${who} now has full control of the cluster.`;
  if (allowed.length === 0)
    return `${who} has none of the rights that lead to more privileges (${may.length} checked).`;
  return `${who} can now: ${allowed.join(', ')}.`;
}

function show({ grantedBy, may, unknown }: Read<typeof schema>): Block[] {
  return [
    ...block.facts(
      ['Allowed by', grantedBy && block.word(grantedBy.kind)],
      ['Binding', block.value(grantedBy?.binding)],
      ['Role', block.value(grantedBy?.role)],
      ['Access policy', block.value(grantedBy?.accessPolicyArn)],
      ['Given to', block.value(grantedBy?.subject)],
      ['Made', block.instant(grantedBy?.bindingCreatedAt)],
      ['Binding is gone', grantedBy?.bindingGone ? ownWords('yes: it was removed since') : undefined],
      ['Allows everything', block.yesNo(grantedBy?.wildcard)],
      ['Not decided', block.sentences(unknown)],
    ),
    ...block.table('What the actor can do now', rightsBy(may), {
      Rights: ({ rights }) => rights,
      By: ({ by }) => by,
    }),
  ];
}

/** Rights that rest on the same stand together, those that it does not have at the end. */
function rightsBy(may: Read<typeof schema>['may'] = []): { by: Phrase; rights: Phrase[] }[] {
  const keys = new Set(may.filter(({ allowed }) => allowed).map(({ by }) => by));
  const rows = [...keys].map((key) => ({
    by: say`${key ?? ownWords('unknown')}`,
    rights: may.filter(({ allowed, by }) => allowed && by === key).map(rightPhrase),
  }));
  const refused = may.filter(({ allowed }) => !allowed);
  return refused.length === 0 ? rows : [...rows, { by: ownWords('not allowed'), rights: refused.map(rightPhrase) }];
}

const rightPhrase = ({ right, as }: { right?: string; as?: string }): Phrase =>
  say`${block.sentence(right) ?? []}${as === undefined ? [] : ownWords(' (as the identity that it claimed to be)')}`;
