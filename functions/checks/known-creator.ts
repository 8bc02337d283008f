import { creatorOf } from '../contract/known-creator.ts';
import type { KnownCreator } from '../contract/lessons.ts';
import type { Read, Written } from '../contract/read.ts';
import * as field from '../contract/read.ts';
import type { Block } from '../kit/blocks.ts';
import * as block from '../kit/blocks.ts';
import { defined } from '../kit/defined.ts';
import { shortName } from '../kit/words.ts';
import { type CheckAnswer, type CheckContext, defineCheck, notChecked } from './check.ts';

const schema = field.object({
  /** The identity that was looked up. */
  principal: field.text,
  /** Whom it acted as. */
  impersonated: field.optional(field.text),
  /** Absent where nobody has said so, or not any more. */
  known: field.optional(
    field.part({
      namePattern: field.text,
      decidedBy: field.text,
      decidedAt: field.text,
      expiresAt: field.text,
      origin: field.text,
      reason: field.optional(field.text),
      /** What belongs to it; absent where nothing was accepted, and the creator is only no novelty. */
      indicators: field.optional(field.texts),
      addresses: field.optional(field.texts),
    }),
  ),
});
type Details = Written<typeof schema>;

/** Whether a person has said that this creator makes such namespaces in this cluster. */
export const knownCreator = defineCheck({
  name: 'known-creator',
  question: 'Is this creator known to create such namespaces here?',
  about: 'namespace',
  deadlineMs: 3_000,
  needs: { kubernetes: [], aws: ['dynamodb:BatchGetItem'] },
  details: schema,
  run,
  show,
});

async function run({ finding, clients: { baseline }, signal, now }: CheckContext): Promise<CheckAnswer<Details>> {
  const { name: cluster, region, account } = finding.cluster;
  const { name } = finding.namespace;
  const principal = creatorOf(finding.actor);
  if (!baseline) return notChecked('there is no baseline here');
  if (!cluster || !region || !account) return notChecked('the record does not say which cluster it is from');
  if (!principal) return notChecked('the record holds no identity to look up');
  if (!name) return notChecked('the record does not give the name of the namespace');

  const { impersonated } = finding.actor;
  if (impersonated && !impersonated.username) return notChecked('the record does not say whom it acted as');
  const who = { principal, ...defined({ impersonated: impersonated?.username }) };
  const known = await baseline.lookUp({ cluster: { name: cluster, region, account }, ...who, name }, now(), signal);
  const completeUntil = new Date(now()).toISOString();
  if (!known) {
    const details: Details = who;
    return {
      status: 'found',
      summary: 'No: a creator is known only after a person has called such a finding legitimate or accepted it.',
      brief: 'Nobody has confirmed this creator for such namespaces.',
      details,
      completeUntil,
    };
  }
  const { namePattern, decidedBy, decidedAt, expiresAt, origin, reason, indicators, addresses } = known;
  const details: Details = {
    ...who,
    known: { namePattern, decidedBy, decidedAt, expiresAt, origin, ...defined({ reason, indicators, addresses }) },
  };
  return {
    status: 'clear',
    brief: `${shortName(decidedBy)} has confirmed the creator for such namespaces, valid until ${expiresAt}.`,
    summary: `${decidedBy} confirmed it at ${decidedAt}, for names like ${namePattern}${scopeWords(known)}; valid until ${expiresAt}.`,
    details,
    completeUntil,
  };
}

/** What alerts nobody by itself, and from where. */
function scopeWords({ indicators, addresses = [] }: Pick<KnownCreator, 'indicators' | 'addresses'>): string {
  if (!indicators) return '';
  return `, with ${indicators.length > 0 ? indicators.join(', ') : 'no indicators'} from ${addresses.join(', ')}`;
}

function show({ principal, impersonated, known }: Read<typeof schema>): Block[] {
  return block.facts(
    ['Identity', block.value(principal)],
    ['Acting as', block.value(impersonated)],
    ['Known for names like', block.value(known?.namePattern)],
    ['Confirmed by', block.value(known?.decidedBy)],
    ['Said', block.instant(known?.decidedAt)],
    ['Valid until', block.instant(known?.expiresAt)],
    ['Based on', block.word(known?.origin)],
    ['Why', block.value(known?.reason)],
    ['Accepted indicators', known?.indicators?.length ? block.values(known.indicators) : undefined],
    ['Comes from', known?.addresses?.length ? block.values(known.addresses) : undefined],
  );
}
