import { MAX_ACCEPTED, type Proposal } from '../../contract/containment.ts';
import { PlaybookInputError } from '../../contract/errors.ts';
import { defined } from '../../kit/defined.ts';
import { counted, messageOf } from '../../kit/words.ts';
import { protectedSteps, protection } from '../../kubernetes/quarantine.ts';
import { type Danger, Surroundings } from '../dangers/danger.ts';
import { DANGERS } from '../dangers/index.ts';
import { findingOf, OTHER_FINDING } from '../framework/containment-facts.ts';
import { takeLease } from '../framework/lease.ts';
import { liveTarget, whyGone } from '../framework/live-target.ts';
import { ALERT_NEEDS, allNeeds, LEASE_NEEDS } from '../framework/needs.ts';
import type { AnyStep, StepContext, StepOutcome } from '../framework/step.ts';
import { SUBJECT_NEEDS } from '../framework/subject.ts';

/** What part of the step's time is for dangers: by default longer than a silent webhook keeps one request (30 s). */
const OF_BUDGET = 0.25;

/**
 * May this be touched? It is the namespace that was meant, by its UID; it is not protected; nobody else works on it; and
 * cutting it off harms nobody else, unless a person has accepted that. A plan tells all of it and refuses nothing but a
 * wrong target.
 */
export const checkTarget: AnyStep = {
  key: 'checkTarget',
  needs: allNeeds(SUBJECT_NEEDS, ALERT_NEEDS, LEASE_NEEDS, ...DANGERS.map(({ needs }) => needs)),
  run,
};

async function run(context: StepContext): Promise<StepOutcome> {
  const { run, settings } = context;
  const { namespace: name } = run.target;
  if (run.mode === 'release')
    throw new PlaybookInputError(
      'The input is wrong: mode must be "plan", "isolate" or "remove"; "release" is of the playbook release.',
    );
  const kept = protection(name, settings.protectedNamespaces);
  if (kept) {
    const steps = protectedSteps(name);
    return { ...refused(`${kept}. ${steps.join(' ')}`), open: [`${kept}.`, ...steps] };
  }
  const finding = await findingOf(context);
  const { gone } = await liveTarget(context);
  if (gone) return refused(await whyGone(context, gone, finding.alert?.finding.request.at));
  if (finding.isOther) return refused(`${finding.noAlert} ${OTHER_FINDING}`);

  const { dangers, facts, unknown } = await lookAround(context);
  const blocking = dangers.filter(({ blocking, id }) => blocking && !run.accept.includes(id));
  const details = { dangers, ...facts, unknown };
  const proposals = dangers.map(proposalOf);
  const open = [...blocking.map(toAccept), ...dangers.filter((danger) => danger.open).map(inWords), ...unknown];
  if (blocking.length > 0 && run.mode !== 'plan') {
    const summary = `Nothing was touched: containing ${name} would harm others. ${blocking.map(inWords).join(' ')}`;
    const ids = [...new Set([...run.accept, ...blocking.map(({ id }) => id)])];
    const override = ids.length <= MAX_ACCEPTED ? { accept: ids } : undefined;
    return { status: 'refused', summary, open, proposals, details, ...defined({ override }) };
  }
  const busy = run.mode === 'plan' ? undefined : await takeLease(context);
  if (busy) return { ...refused(busy), details };
  return { status: 'done', summary: summaryOf(name, dangers, unknown), open, proposals, details };
}

const refused = (why: string): StepOutcome => ({
  status: 'refused',
  summary: `Nothing was touched. ${why}`,
  open: [why],
});

function summaryOf(name: string, dangers: Danger[], unknown: string[]): string {
  const found =
    dangers.length === 0
      ? 'nothing that would make it harmful or incomplete was found'
      : counted(dangers.length, 'warning');
  return `${name} is the requested namespace and can be contained; ${found}${unknown.length > 0 ? `, ${unknown.length} not known` : ''}.`;
}

const inWords = ({ what, consequence }: Danger): string => `${what} ${consequence}`;

const toAccept = (danger: Danger): string =>
  `${inWords(danger)} Delete it first, or start again with "accept": [${JSON.stringify(danger.id)}].`;

const proposalOf = ({ commands, ...danger }: Danger): Proposal => ({
  text: inWords(danger),
  ...defined({ commands }),
});

/**
 * All kinds of danger at once; what cannot be looked for is not known, and never taken for absent. Somebody's webhook or
 * API server may keep one waiting: that must not keep us from containing.
 */
async function lookAround({
  run,
  cluster,
  clients,
  settings,
  signal,
}: StepContext): Promise<{ dangers: Danger[]; facts: Record<string, unknown>; unknown: string[] }> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(settings.budgetMs * OF_BUDGET)]);
  const around = new Surroundings(run.target, cluster.kubernetes, limit, clients.capabilities);
  const sights = await Promise.allSettled(DANGERS.map((kind) => kind.find(around)));
  signal.throwIfAborted();
  const seen = sights.flatMap((sight) => (sight.status === 'fulfilled' ? [sight.value] : []));
  const unknown = sights.flatMap((sight, index) => {
    if (sight.status === 'fulfilled') return [];
    const why = messageOf(sight.reason);
    return [`Not known, ${DANGERS[index]?.about}: ${why}`];
  });
  return {
    dangers: seen.flatMap(({ dangers }) => dangers),
    facts: Object.assign({}, ...seen.map(({ facts }) => facts)),
    unknown,
  };
}
