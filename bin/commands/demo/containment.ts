/** The part of the demo that contains and releases, by the lines that the mails offer. */
import type { Proof, StepResult } from '../../../functions/contract/containment.ts';
import { type FollowUp, followUpSchema } from '../../../functions/contract/follow-up.ts';
import { CONTAIN_STEPS, DECIDE_STEPS, RELEASE_STEPS } from '../../../functions/contract/playbook-steps.ts';
import { read } from '../../../functions/contract/read.ts';
import { isRecord } from '../../../functions/kit/json.ts';
import { counted } from '../../../functions/kit/words.ts';
import type { ExampleAccount } from '../../local/example-account.ts';
import type { End, PlaybookProgress } from '../../local/playbook.ts';
import type { PlaybookOffer, PlaybookRuns } from '../../local/playbook-runs.ts';
import { SIMULATED_PROOFS } from '../../local/simulation/proofs.ts';
import { offeredStarts } from './lines.ts';
import { alertIn, type Mail, type Mails } from './mails.ts';
import type { Story } from './story.ts';

export interface ContainmentPlay {
  story: Story;
  mails: Mails;
  runs: PlaybookRuns;
  account: ExampleAccount;
  /** Of the finding whose namespace is contained. */
  findingId: string;
}

interface Part {
  stage: string;
  about: string;
  playbook: PlaybookOffer['playbook'];
  mode: string;
  /** The states to tell of. */
  shown: readonly string[];
}

/** @returns whether every playbook ended as it should */
export async function playContainment(play: ContainmentPlay): Promise<boolean> {
  const { story } = play;
  let isWell = true;
  for (const { stage, about, playbook, mode, shown } of PARTS) {
    await story.stage(stage, about);
    const start = offered(play, playbook, mode);
    if (!start) {
      await story.tell('left out', 'no mail offers it: what is open comes first, as the last mail says');
      return false;
    }
    isWell = (await run(play, start, shown)).succeeded && isWell;
    if (mode === 'isolate') await tellProofs(play);
  }
  return isWell;
}

const MAX_PROOF_LINES = 5;
const ALL = Object.values({ ...CONTAIN_STEPS, ...RELEASE_STEPS, ...DECIDE_STEPS });
/** What a removal does beside an isolation, which it repeats. */
const REMOVAL: readonly string[] = [
  CONTAIN_STEPS.askOnCall,
  CONTAIN_STEPS.removeWorkloads,
  CONTAIN_STEPS.verifyRemoval,
];

const PARTS: readonly Part[] = [
  {
    stage: 'Plan',
    about: "the report's line, with the mode plan: what isolation would do",
    playbook: 'contain',
    mode: 'plan',
    shown: [],
  },
  {
    stage: 'Isolate',
    about: "the mail's line, with the mode isolate",
    playbook: 'contain',
    mode: 'isolate',
    shown: ALL,
  },
  {
    stage: 'Remove',
    about: "the last mail's line, with the mode remove: it asks first",
    playbook: 'contain',
    mode: 'remove',
    shown: REMOVAL,
  },
  {
    stage: 'Release',
    about: "the last mail's line, as if it had been expected after all",
    playbook: 'release',
    mode: 'release',
    shown: ALL,
  },
];

/** The newest line that starts this in a mail about the finding; undefined where on-call would not have one either. */
function offered(
  { mails, account, findingId }: ContainmentPlay,
  playbook: PlaybookOffer['playbook'],
  what: string,
): PlaybookOffer | undefined {
  return offeredStarts(
    mails.all().flatMap((mail) => (idIn(mail.json) === findingId ? [planIn(mail), mail.text] : [])),
    account,
  ).findLast(({ playbook: each, input }) => each === playbook && (input['mode'] ?? input['decision']) === what);
}

/** The line that begins with a look; the report has it, and the mail leaves it out. */
function planIn(mail: Mail): string {
  const { contain } = alertIn(mail) ?? {};
  return contain && !('leftOut' in contain) ? contain.plan.command : '';
}

const idIn = (json: unknown): unknown => (isRecord(json) ? json['id'] : undefined);

/** Runs a playbook, and answers its question by the line of the mail that asks. @param shown the states to tell of */
async function run(play: ContainmentPlay, start: PlaybookOffer, shown: readonly string[]): Promise<End> {
  const { story, runs } = play;
  const told: Promise<void>[] = [];
  const tell = (step: string, text: string) => told.push(after(told.at(-1), () => story.tell(step, text)));
  const onProgress = (progress: PlaybookProgress): void => {
    const { state } = progress;
    if (progress.kind === 'entered') story.waitFor(state);
    else if (progress.kind === 'caught' || progress.kind === 'tried-again') tell(state, `failed: ${progress.cause}`);
    else if (progress.type === 'Task' && shown.includes(state) && state !== 'Report') {
      const line = lineOf(progress.output, state);
      if (line !== undefined) tell(state, line);
    }
  };
  const onQuestion = async (): Promise<void> => {
    await tellMails(play);
    tell('decide', 'the line of that mail: approve');
    const approval = offered(play, 'decide', 'approve');
    if (!approval) throw new Error('the mail that asks has no line that approves');
    await runs.start(approval, () => undefined);
  };
  const end = await runs.start(start, onProgress, onQuestion);
  await told.at(-1);
  const outcome = end.succeeded ? sentence(String(Object(end.output).summary ?? end.state)) : end.cause;
  await story.tell(end.state, outcome);
  await tellMails(play);
  return end;
}

const after = async (before: Promise<void> | undefined, work: () => Promise<void>): Promise<void> => {
  await before;
  await work();
};

/** What a step says of itself, in a sentence; undefined where it runs again. */
function lineOf(output: unknown, state: string): string | undefined {
  const { steps = {} } = Object(output) as { steps?: Record<string, unknown> };
  const key = Object.entries({ ...CONTAIN_STEPS, ...RELEASE_STEPS }).find(([, name]) => name === state)?.[0] ?? '';
  const result = Object(steps[key]) as Partial<StepResult & { decision: string; decidedBy: string }>;
  if (result.decision !== undefined) return `${result.decision}, by ${result.decidedBy}`;
  if (result.again) return undefined;
  const writes = result.actions ? ` (${counted(result.actions, 'write')})` : '';
  return `${sentence(result.summary ?? '')}${writes}`;
}

/** The first sentence. */
const sentence = (text: string): string => /^.*?\.(?= |$)/.exec(text)?.[0] ?? text;

/** Tells which mails have come since. */
export async function tellMails({ story, mails }: Pick<ContainmentPlay, 'story' | 'mails'>): Promise<void> {
  for (const { number, subject } of mails.fresh())
    await story.tell(`mail ${number}`, subject.replace(/^\[Namespace Sentinel\] /, ''));
}

const followUpIn = (json: unknown): FollowUp | undefined =>
  isRecord(json) && 'playbook' in json ? read(followUpSchema, json, 'follow-up') : undefined;

/** The claims of the last mail, and which of them only a real control plane can show. */
async function tellProofs({ story, mails }: ContainmentPlay): Promise<void> {
  const proofs = mails.all().flatMap(({ json }) => followUpIn(json)?.proofs ?? []);
  const isSimulated = ({ id }: Proof) => id in SIMULATED_PROOFS;
  const groups: [string, Proof[]][] = [
    ['proven', proofs.filter((proof) => proof.verdict === 'proven' && !isSimulated(proof))],
    ['proven, simulated', proofs.filter((proof) => proof.verdict === 'proven' && isSimulated(proof))],
    ['not proven', proofs.filter(({ verdict }) => verdict === 'not-proven')],
  ];
  for (const [title, all] of groups) {
    if (all.length === 0) continue;
    const names = all.map(({ id, decisive }) => (decisive || title !== 'not proven' ? id : `${id} (does not decide)`));
    await story.tell(title, `${all.length}: ${names.join(', ')}`, MAX_PROOF_LINES);
  }
}
