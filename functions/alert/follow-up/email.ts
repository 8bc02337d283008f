/** The mail about a follow-up: what is the state, what to do now, what is open; below it what was done, proven and proposed. */
import type { Proof } from '../../contract/containment.ts';
import type { FollowUp } from '../../contract/follow-up.ts';
import type { Places } from '../destinations/destination.ts';
import { MAX_MAIL } from '../email.ts';
import { fairSections, type MailSection } from '../fair-sections.ts';
import { ACCOUNT, matching, REGION, SHA256, UUID } from '../grammar.ts';
import { shortId } from '../headline.ts';
import { belowBullet, bullet, copyable, firstFitting, heading, paragraph, type Room, sizeOf } from '../layout.ts';
import { type Moment, momentOf, withoutDay } from '../moment.ts';
import { wholeRecord } from '../see-more.ts';
import type { StateMachineArns } from '../state-machine-arns.ts';
import { stepLines } from '../step.ts';
import { harmless, quoted } from '../text.ts';
import { actionsOf, whereMore } from './advice.ts';
import { followUpTop, TOP_ACTIONS, type TopList, whereRest } from './top.ts';
import { byVerdict, creatorAccess, matterOf, meaningOf, proofCount, STATUS, stepName, VERDICTS } from './words.ts';

/** Characters of each sentence below the top: the most with which all of them have room, else the least. */
const LENGTHS = [300, 200, 130] as const;

/** The text of the mail. @param moment when it is worded, and for whom */
export function followUpEmail(
  followUp: FollowUp,
  playbooks: StateMachineArns,
  places: Places = {},
  moment: Moment = momentOf(Date.now()),
): string {
  const actions = actionsOf(followUp, playbooks);
  const result = resultOf(followUp);
  const { list, after } = listsOf(followUp);
  const top = followUpTop(followUp, { actions, list, result }, places, moment);
  const before = [
    ...top.lines,
    '',
    ...paragraph('Names in these sentences were chosen by others, perhaps an intruder: treat them as data.'),
  ];
  const end = endOf(followUp, places);
  const taken = sizeOf([...before, ...end, '']);
  const room: Room = { lines: MAX_MAIL.lines - taken.lines, bytes: MAX_MAIL.bytes - taken.bytes };
  const rest = whereRest(places);
  const told = loose([result ?? '', ...followUp.open].join(' '));
  const bodyOf = (long: number) => {
    const sections: MailSection[] = [
      entriesBelow(list, top.shown, long),
      { title: 'More to do', entries: actions.slice(TOP_ACTIONS).map((step) => stepLines(step, '-')) },
      ...after.map((each) => entriesBelow(each, 0, long)),
      done(followUp, long, told),
      proven(followUp, long, told),
      proposed(followUp, long),
      {
        title: 'To see more',
        // Without a report, the top has the link to the execution.
        entries: whereMore(followUp)
          .filter(({ link }) => link === undefined || places.report !== undefined)
          .map((step) => stepLines(step, '-')),
      },
    ];
    return fairSections(sections, room, rest);
  };
  const { lines } = firstFitting(LENGTHS, bodyOf, ({ isWhole }) => isWhole);
  return [...before, ...lines, ...end, ''].join('\n');
}

/** By it two sentences say the same. */
const loose = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, '').toLowerCase();
/** @param said in its {@link loose} form, which is made once: texts are long, and asked about often */
const says = (said: string, sentence: string): boolean => {
  const sought = loose(sentence);
  return sought !== '' && said.includes(sought);
};
/** No mail has room for more of a list. */
const MOST = MAX_MAIL.lines;
/** What is open names the step that says so. */
function withoutStep(sentence: string): string {
  const [first = '', ...rest] = sentence.split(': ');
  return stepName(first) === undefined ? sentence : rest.join(': ');
}

const SENTENCES = /(?<=\.) (?=[A-Z])/;
/** `payments is released: `, after which the state is told again. */
const LEAD = /^[^:]{1,80}: /;

/** What the playbook says of itself, where that is neither the state nor among what is open. */
function resultOf(followUp: FollowUp): string | undefined {
  const { summary, open, question } = followUp;
  const said = loose(summary);
  if (question || open.some((sentence) => says(said, withoutStep(sentence)))) return undefined;
  const state = loose(meaningOf(followUp));
  const sentences = summary.split(SENTENCES).filter((sentence) => !says(state, sentence.replace(LEAD, '')));
  return sentences.length > 0 ? sentences.join(' ') : undefined;
}

/** The list that belongs to the top, and the one after it. */
function listsOf(followUp: FollowUp): { list: TopList; after: TopList[] } {
  const { question, open } = followUp;
  const left: TopList = {
    title: matterOf(followUp) === 'refused' ? 'Why, and what is open' : 'What is open',
    entries: open.map((sentence) => (long) => harmless(sentence, long)),
    total: open.length,
  };
  if (!question) return { list: left, after: [] };
  const list: TopList = {
    title: 'What would be removed',
    note: 'volumes are kept',
    entries: question.plan.map(
      ({ kind, name, what }) =>
        (long) =>
          `${harmless(kind, 60)} ${quoted(name, 80)}: ${harmless(what, long)}`,
    ),
    total: Math.max(question.planTotal, question.plan.length),
  };
  return { list, after: [left] };
}

const entriesBelow = ({ title, entries, total }: TopList, shown: number, long: number): MailSection => ({
  title: shown > 0 ? `${title}, continued` : title,
  entries: entries.slice(shown, shown + MOST).map((entry) => bullet(entry(long))),
  more: total - Math.min(entries.length, shown + MOST),
});

/** What was not part of this run is left out, and what is told already. @param told with the result, what is open */
function done(followUp: FollowUp, long: number, told: string): MailSection {
  const { steps, at } = followUp;
  const day = withoutDay(at);
  const news = steps.filter(({ status, summary }) => status !== 'skipped' && !says(told, summary));
  return {
    title: matterOf(followUp) === 'planned' ? 'What it would do' : 'What was done',
    more: Math.max(0, news.length - MOST),
    entries: news.slice(0, MOST).map(({ step, status, summary }) => {
      const name = stepName(step) ?? quoted(step, 60);
      return bullet(day(`${name}: ${harmless(summary, long)}`), STATUS[status]);
    }),
  };
}

/** What is not proven with how it was tested, where that is not among what is open; of what is proven only the claim. */
function proven({ proofs, at }: FollowUp, long: number, told: string): MailSection {
  const day = withoutDay(at);
  const isNew = ({ verdict, claim }: Proof) => verdict === 'proven' || (verdict === 'not-proven' && !says(told, claim));
  const news = byVerdict(proofs).filter(isNew);
  return {
    title: 'What is proven',
    lead: proofs.length > 0 ? paragraph(proofCount(proofs)) : [],
    more: Math.max(0, news.length - MOST),
    entries: news
      .slice(0, MOST)
      .map(({ claim, how, verdict, decisive }) =>
        verdict === 'proven'
          ? bullet(harmless(claim, long), VERDICTS.proven)
          : [
              ...bullet(`${harmless(claim, long)}${decisive ? '' : ' (does not decide)'}`, VERDICTS[verdict]),
              ...belowBullet(day(harmless(how, long))),
            ],
      ),
  };
}

function proposed(followUp: FollowUp, long: number): MailSection {
  const told = creatorAccess(followUp);
  const { proposals, question, playbook } = followUp;
  const isLater = question !== undefined || playbook === 'decide';
  const others = isLater ? [] : proposals.filter((proposal) => proposal !== told);
  return {
    title: 'What is proposed',
    lead: paragraph('To review and apply; the report has the commands and manifests.'),
    more: Math.max(0, others.length - MOST),
    entries: others.slice(0, MOST).map(({ text }) => bullet(harmless(text, long))),
  };
}

function endOf({ id, target, hashList }: FollowUp, { archive }: Places): string[] {
  const { uid, cluster } = target;
  const hash = matching(SHA256, hashList);
  const region = matching(REGION, cluster.region) ?? 'Region not known';
  const account = matching(ACCOUNT, cluster.account);
  return [
    ...heading('Record'),
    ...bullet(`UID ${matching(UUID, uid) ?? quoted(uid, 60)}, ${region}, account ${account ?? 'not known'}`),
    // By it the evidence can be checked for as long as this message is kept, whatever becomes of the bucket.
    ...(hash === undefined
      ? []
      : [
          ...bullet('The files of this run have this hash; "sentinel verify-evidence" checks a copy:'),
          ...copyable(hash),
        ]),
    ...(archive === undefined
      ? bullet('The whole message could not be stored; the JSON message of this topic holds what there is.')
      : stepLines({ text: 'Everything, as JSON:', commands: [wholeRecord(archive)] }, '-')),
    ...paragraph(`Finding ${id}. All mails about it have ${shortId(id)} in the subject.`),
  ];
}
