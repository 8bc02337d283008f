import { creatorOf } from '../contract/known-creator.ts';
import type { Read, Written } from '../contract/read.ts';
import * as field from '../contract/read.ts';
import type { Block } from '../kit/blocks.ts';
import * as block from '../kit/blocks.ts';
import { type CheckAnswer, type CheckContext, defineCheck, notChecked } from './check.ts';

const schema = field.object({
  /** The identity that was looked up. */
  principal: field.text,
  /** Absent where nobody has said so, or not any more. */
  known: field.optional(
    field.part({
      namePattern: field.text,
      decidedBy: field.text,
      decidedAt: field.text,
      expiresAt: field.text,
      origin: field.text,
    }),
  ),
});
type Details = Written<typeof schema>;

/** Whether a person has said that this creator makes such namespaces in this cluster. */
export const knownCreator = defineCheck({
  name: 'known-creator',
  question: 'Has anybody said that the creator makes such namespaces here?',
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
  if (!cluster || !region || !account) return notChecked('the record does not tell which cluster it is from');
  if (!principal) return notChecked('the record holds no identity that could be known');
  if (!name) return notChecked('the record does not tell the name of the namespace');

  const known = await baseline.lookUp({ cluster: { name: cluster, region, account }, principal, name }, now(), signal);
  const completeUntil = new Date(now()).toISOString();
  if (!known) {
    const details: Details = { principal };
    return {
      status: 'found',
      summary:
        'Nobody has said so: a creator is known only once a person has called such a finding legitimate, or accepted it.',
      details,
      completeUntil,
    };
  }
  const { namePattern, decidedBy, decidedAt, expiresAt, origin } = known;
  const details: Details = {
    principal,
    known: { namePattern, decidedBy, decidedAt, expiresAt, origin },
  };
  return {
    status: 'clear',
    summary: `${decidedBy} said so at ${decidedAt}, for names like ${namePattern}; it holds until ${expiresAt}.`,
    details,
    completeUntil,
  };
}

function show({ principal, known }: Read<typeof schema>): Block[] {
  return block.facts(
    ['Identity', block.value(principal)],
    ['Known for names like', block.value(known?.namePattern)],
    ['Said by', block.value(known?.decidedBy)],
    ['Said', block.instant(known?.decidedAt)],
    ['Holds until', block.instant(known?.expiresAt)],
    ['Rests on', block.word(known?.origin)],
  );
}
