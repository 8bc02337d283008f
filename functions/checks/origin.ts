import type { Read, Written } from '../contract/read.ts';
import * as field from '../contract/read.ts';
import type { Block } from '../kit/blocks.ts';
import * as block from '../kit/blocks.ts';
import { defined } from '../kit/defined.ts';
import { ownWords } from '../kit/phrase.ts';
import { matches } from '../kit/wildcard.ts';
import { shortName } from '../kit/words.ts';
import { type CheckAnswer, type CheckContext, defineCheck, notChecked } from './check.ts';
import { type Contact, contactSchema } from './parts/contacts.ts';
import { LOG_ACTIONS } from './parts/log-questions.ts';
import { changersOf } from './parts/origin/changers.ts';
import { ORIGINS } from './parts/origin/index.ts';
import { judge, type MarkVerdict, markVerdict } from './parts/origin/judge.ts';
import { marksOf } from './parts/origin/marks.ts';
import { chainOf, isFrom, search } from './parts/origin/object-chain.ts';
import type { OriginObjects } from './parts/origin/origin-object.ts';
import { type OriginStep, originStep } from './parts/origin/origin-step.ts';
import { ServedObjects } from './parts/origin/served-objects.ts';
import { answerPart, withoutText } from './parts/part.ts';
import { namespaceOf } from './parts/target.ts';

/** For the discovery and the objects, in milliseconds: below the deadline, so that what is known is told. */
const PART_MS = 6_000;
const MAX_CONTACTS = 8;

const schema = field.object({
  /** What deployed the namespace, then what deployed that; none where that is not known. */
  steps: field.list(originStep),
  marks: field.list(markVerdict),
  /** Whom to ask, the surest first. */
  contacts: field.list(contactSchema),
  /** Why it is not known who changed these objects. */
  changersNotAsked: field.optional(field.text),
});
type Details = Written<typeof schema>;

/**
 * Which object of a GitOps tool deployed the namespace, from which repository and revision, and who began that. Labels and
 * annotations only say what to look for: what is told comes from the object that they name, and a mark without it counts
 * as forged.
 */
export const origin = defineCheck({
  name: 'origin',
  question: 'Which application, commit and person stand behind it?',
  about: 'contents',
  deadlineMs: 15_000,
  needs: {
    kubernetes: [
      'list applications.argoproj.io',
      'list buckets.source.toolkit.fluxcd.io',
      'list gitrepositories.source.toolkit.fluxcd.io',
      'list helmcharts.source.toolkit.fluxcd.io',
      'list helmreleases.helm.toolkit.fluxcd.io',
      'list helmrepositories.source.toolkit.fluxcd.io',
      'list kustomizations.kustomize.toolkit.fluxcd.io',
      'list ocirepositories.source.toolkit.fluxcd.io',
    ],
    aws: LOG_ACTIONS,
  },
  details: schema,
  run,
  show,
});

async function run(context: CheckContext): Promise<CheckAnswer<Details>> {
  const { finding, signal, now } = context;
  const target = namespaceOf(finding);
  if ('reason' in target) return notChecked(target.reason);
  const on = { kind: 'Namespace', name: target.name };
  const marks = marksOf(finding.namespace, on);
  const tools = Object.values(ORIGINS).filter((origin) => isFrom(finding, origin));
  const completeUntil = new Date(now()).toISOString();
  if (marks.length === 0 && tools.length === 0)
    return {
      status: 'clear',
      summary: 'It carries no label or annotation of Argo CD or Flux, and its creator is not one of their controllers.',
      completeUntil,
    };

  const found = await answerPart('the objects of the GitOps tool', PART_MS, signal, async (limit) => {
    const cluster = await context.kubernetes();
    const served = new ServedObjects(cluster, await cluster.kinds(limit), limit);
    const verdicts = await Promise.all(marks.map((mark) => judge(mark, on, finding, served)));
    const marked = verdicts.find(({ object }) => object)?.object;
    const first = marked ?? (await search(tools, on, served));
    return { verdicts: verdicts.map(({ verdict }) => verdict), chain: first ? await chainOf(first, served) : [] };
  });
  if (!found.value) return notChecked(found.missing, 'the objects of the GitOps tool could not be read');
  const { verdicts, chain } = found.value;
  const changers = await answerPart('who changed these objects', PART_MS, signal, () => changersOf(chain, context));
  const steps = chain.map(({ step }) => step);
  const contacts = contactsOf(steps, changers.value ?? [], context).slice(0, MAX_CONTACTS);
  return {
    status: 'found',
    summary: `${summaryOf(steps, verdicts, tools)}${withoutText(changers.missing === undefined ? [] : [changers.missing])}`,
    brief: inShort(steps, verdicts),
    details: { steps, marks: verdicts, contacts, ...defined({ changersNotAsked: changers.missing }) },
    completeUntil,
  };
}

/** Who began it, who changed its object, who is named, who is responsible for the repository. */
function contactsOf(steps: readonly OriginStep[], changers: readonly Contact[], { settings }: CheckContext): Contact[] {
  const contacts = [
    ...steps.flatMap(({ initiator, tool, kind, name }) =>
      initiator === undefined
        ? []
        : [{ contact: initiator, why: `${tool} says that they started it (${kind} ${name})` }],
    ),
    ...steps.flatMap((step) => step.contacts ?? []).map(({ contact = '', why = '' }) => ({ contact, why })),
    ...changers,
    ...steps.flatMap(({ repository }) =>
      settings.contacts
        .filter(({ pattern }) => repository !== undefined && matches(repository, pattern))
        .map(({ contact, pattern }) => ({ contact, why: `the configuration names it for ${pattern}` })),
    ),
    ...steps
      .slice(0, 1)
      .flatMap(({ repository, revision }) =>
        repository === undefined || revision === undefined
          ? []
          : [{ contact: `the author of ${revision}`, why: `it was deployed from ${repository}` }],
      ),
  ];
  return contacts.filter(({ contact }, index) => contacts.findIndex((each) => each.contact === contact) === index);
}

function summaryOf(
  steps: readonly OriginStep[],
  marks: readonly MarkVerdict[],
  tools: readonly OriginObjects[],
): string {
  const [first, ...rest] = steps;
  const forged = marks.filter(({ verdict }) => verdict === 'forged');
  const lies = forged
    .map(({ key, value, why }) => ` The mark ${key} (${value}) is forged or was copied: ${why}.`)
    .join('');
  if (!first) {
    const tool = tools[0]?.tool;
    const unconfirmed = marks.filter(({ verdict }) => verdict === 'not-confirmed');
    const open = unconfirmed
      .map(({ key, value, why }) => ` The mark ${key} (${value}) is not confirmed: ${why}.`)
      .join('');
    const by = tool
      ? `Its creator is, or calls itself, the controller of ${tool}, and no object of it`
      : 'No object of a GitOps tool';
    return `${by} says that it deploys the namespace.${lies}${open}`;
  }
  const began =
    first.initiator !== undefined
      ? `, started by ${first.initiator}`
      : first.automated
        ? ', started by the tool itself'
        : '';
  if (!marks.some(({ verdict }) => verdict === 'confirmed') && marks.length > 0 && tools.length === 0)
    return `A mark names ${placeOf(first)}, and that does not say whether it deploys the namespace.${lies}`;
  const above = rest.map(({ kind, namespace, name }) => `; that comes from ${kind} ${namespace}/${name}`).join('');
  return `${first.tool} deployed it: ${placeOf(first)}${began}${above}.${lies}`;
}

function inShort([first]: readonly OriginStep[], marks: readonly MarkVerdict[]): string {
  const forged = marks.find(({ verdict }) => verdict === 'forged');
  if (forged) return `The mark ${shortName(forged.key)} of a GitOps tool is forged or was copied.`;
  if (!first) return 'No object of a GitOps tool says that it deploys the namespace.';
  const isDeployed = marks.length === 0 || marks.some(({ verdict }) => verdict === 'confirmed');
  const place = `${first.kind} ${shortName(first.name, 30)}`;
  return isDeployed ? `${first.tool} deployed it: ${place}.` : `A mark names ${place}, which proves nothing.`;
}

function placeOf({ kind, namespace, name, repository, path, revision }: OriginStep): string {
  const from = repository === undefined ? '' : ` from ${repository}${path === undefined ? '' : ` (${path})`}`;
  return `${kind} ${namespace}/${name}${from}${revision === undefined ? '' : ` at ${revision}`}`;
}

function show({ steps, marks, contacts }: Read<typeof schema>): Block[] {
  return [
    ...block.table('Deployed by', steps, {
      Object: ({ kind, namespace, name }) => block.value(`${kind} ${namespace}/${name}`),
      Repository: ({ repository }) => block.value(repository),
      Path: ({ path }) => block.value(path),
      Revision: ({ revision }) => block.value(revision),
      'Started by': ({ initiator, automated }) =>
        initiator === undefined ? ownWords(automated ? 'the tool itself' : 'not told') : block.value(initiator),
      Begun: ({ startedAt }) => block.instant(startedAt),
    }),
    ...block.table('Marks of GitOps tools', marks, {
      Mark: ({ key }) => block.value(key),
      Value: ({ value }) => block.value(value),
      Verdict: ({ verdict }) => block.word(verdict),
      Why: ({ why }) => block.sentence(why),
    }),
    ...block.table('Contacts', contacts, {
      Contact: ({ contact }) => block.value(contact),
      Why: ({ why }) => block.sentence(why),
    }),
  ];
}
