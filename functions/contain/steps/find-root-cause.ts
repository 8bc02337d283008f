import { counted, messageOf } from '../../kit/words.ts';
import type { Cause } from '../causes/cause.ts';
import { CAUSES } from '../causes/index.ts';
import { factsOf } from '../framework/containment-facts.ts';
import { ALERT_NEEDS, allNeeds, RECORD_NEEDS } from '../framework/needs.ts';
import type { AnyStep, StepContext, StepOutcome } from '../framework/step.ts';

/** How the actor got in and got the right, and what in the cluster let it. Reads only; what is not known is said. */
export const findRootCause: AnyStep = {
  key: 'findRootCause',
  needs: allNeeds(ALERT_NEEDS, RECORD_NEEDS, ...CAUSES.map(({ needs = {} }) => needs)),
  run,
};

async function run(context: StepContext): Promise<StepOutcome> {
  const facts = await factsOf(context);
  const causes: Cause[] = [];
  for (const { question, find } of CAUSES) {
    try {
      causes.push(...(await find(facts)));
    } catch (error) {
      context.signal.throwIfAborted();
      const why = messageOf(error);
      causes.push({
        kind: 'weakness',
        text: `A question was not answered: ${question} ${why}`,
        from: 'findRootCause',
        unknown: true,
      });
    }
  }
  const of = (kind: Cause['kind']) => causes.filter((cause) => cause.kind === kind && !cause.unknown);
  const unknown = causes.filter((cause) => cause.unknown);
  const [entry, right, weaknesses] = [of('entry'), of('right'), of('weakness')];
  const parts = [
    entry[0]?.text ?? 'How the actor got in is not known.',
    right[0]?.text ?? 'What gave the right is not known.',
    `${counted(weaknesses.length, 'weakness', 'weaknesses')} of the cluster`,
  ];
  return {
    status: 'done',
    summary: `${parts.join(' ')}${unknown.length > 0 ? `; ${counted(unknown.length, 'question')} without an answer` : ''}.`,
    details: { causes },
  };
}
