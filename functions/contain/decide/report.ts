import type { StepResult } from '../../contract/containment.ts';
import { fitFollowUp, followUpOf } from '../../contract/fit-follow-up.ts';
import type { FollowUp } from '../../contract/follow-up.ts';
import { DECIDE_STEPS } from '../../contract/playbook-steps.ts';
import { messageOf } from '../../kit/words.ts';
import { courseOf, messagePartsOf } from '../framework/course.ts';
import { messageIdOf, runFolder } from '../framework/execution.ts';
import { Folder } from '../framework/folder.ts';
import { allNeeds } from '../framework/needs.ts';
import { causeOf, failureOf, resultOf } from '../framework/results.ts';
import { releaseOffer } from './release-offer.ts';
import type { DecideContext, DecideStep } from './step.ts';
import { type DecisionSubject, SUBJECT_NEEDS, subjectOf } from './subject.ts';

/** How it went: `decided` where the answer was sent or the finding closed. */
interface Ending {
  outcome: 'decided' | 'refused';
  summary: string;
  open: string[];
}

/** Tells on-call what was decided, and keeps it with the evidence. A decision about nothing known is told to nobody. */
export const report: DecideStep = {
  key: 'report',
  needs: allNeeds(SUBJECT_NEEDS, {
    aws: ['dynamodb:UpdateItem', 's3:ListBucket', 's3:PutObject', 'lambda:InvokeFunction'],
  }),
  async run(context) {
    const { execution, results, clients } = context;
    const subject = await subjectOf(context);
    // An answer that could not be sent must not shut out the next one.
    if (subject.kept && failureOf(results['answerQuestion'] ?? results['closeFinding']))
      await clients.register.reopen(subject.kept.question.id, execution);
    const ending = endingOf(context);
    if (subject.target) await tell(ending, { ...subject, target: subject.target }, context);
    const { outcome, summary, open } = ending;
    return { status: 'done', summary, open, outcome };
  },
};

function endingOf({ results, failure, input }: DecideContext): Ending {
  const acting = input.decision === 'legitimate' ? 'closeFinding' : 'answerQuestion';
  const failed = failure ?? failureOf(results[acting]) ?? failureOf(results['checkDecision']);
  if (failed) {
    const summary = `It could not be decided: ${causeOf(failed)}. Decide again.`;
    return { outcome: 'refused', summary, open: [summary] };
  }
  const last = resultOf(results, acting) ?? resultOf(results, 'checkDecision');
  if (!last) return { outcome: 'refused', summary: 'Nothing was decided. Decide again.', open: ['Decide again.'] };
  return {
    outcome: last.step === acting && hasWorked(last) ? 'decided' : 'refused',
    summary: last.summary,
    open: last.open,
  };
}

const hasWorked = ({ status }: StepResult): boolean => status === 'done' || status === 'partly';

async function tell(
  { outcome, summary, open }: Ending,
  { target, findingId, kept }: DecisionSubject & Required<Pick<DecisionSubject, 'target'>>,
  context: DecideContext,
): Promise<void> {
  const { input, execution, name, startedAt, clients, now } = context;
  const { decision, reason, by: decidedBy } = input;
  const offers = outcome === 'decided' && decision === 'legitimate';
  const folder = new Folder(clients.store, target, runFolder(execution, name));
  const about = findingId ?? kept?.question.findingId;
  const course = await courseOf(context, ['checkDecision', 'answerQuestion', 'closeFinding']);
  const followUp = followUpOf({
    findingId: about,
    messageId: messageIdOf('decide', execution, name),
    playbook: 'decide',
    target,
    execution,
    startedAt,
    at: new Date(now()).toISOString(),
    outcome,
    summary,
    ...messagePartsOf(course, DECIDE_STEPS),
    open,
    proposals: offers ? await releaseOffer(target, about, folder, context) : [],
    decision: { decision, reason, decidedBy },
    folder: folder.place,
  });
  await clients.followUps.tell(await storedOf(folder, followUp));
}

/** The follow-up, kept with the evidence; one that could not be kept is reported all the same, and says so. */
async function storedOf(folder: Folder, followUp: FollowUp): Promise<FollowUp> {
  try {
    await folder.add('decision.json', `${JSON.stringify(followUp, undefined, 2)}\n`, 'application/json');
    return followUp;
  } catch (error) {
    const unkept = `The decision could not be kept with the evidence: ${messageOf(error)}`;
    return fitFollowUp({ ...followUp, open: [...followUp.open, unkept] });
  }
}
