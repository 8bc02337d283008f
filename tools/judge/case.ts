/** A case: a recorded situation, and what ought to be made of it. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { InputError } from '../../bin/input/input.ts';
import { SEVERITIES, type Severity } from '../../functions/contract/vocabulary.ts';

export const LOOKS = ['first', 'second'] as const;
export type Look = (typeof LOOKS)[number];

export const FACTS = ['actor', 'right', 'binding', 'person'] as const;
export type FactName = (typeof FACTS)[number];

const severity = z.enum(SEVERITIES);
const range = z.strictObject({ atLeast: severity.optional(), atMost: severity.optional() });
const ranges = { first: range.optional(), second: range.optional() };

const factsSchema = z.strictObject({
  /** Who asked for it: the ARN of the IAM role or user, else the username. */
  actor: z.string().optional(),
  /** What allowed it: the name of the role, of the EKS access policy, or of the group `system:masters`; `none` where it was refused. */
  right: z.string().optional(),
  /** What gave the right: `ClusterRoleBinding developers`, `RoleBinding shop/deployers`. */
  binding: z.string().optional(),
  /** Whom to ask. */
  person: z.string().optional(),
});
export type Facts = z.output<typeof factsSchema>;

const expectSchema = z.strictObject({
  ...ranges,
  /** The looks after which somebody has to be told; where the list is empty, nobody may be. */
  told: z.array(z.enum(LOOKS)).optional(),
  facts: factsSchema.optional(),
});
export type Expect = z.output<typeof expectSchema>;

/** What the installation was told before. */
const settingsSchema = z.strictObject({
  knownAutomation: z.array(z.string()).optional(),
  proxies: z.array(z.string()).optional(),
  breakGlass: z.array(z.string()).optional(),
  /** What a person has accepted; see docs/adr/0031. */
  accepted: z
    .array(
      z.strictObject({
        principal: z.string(),
        impersonated: z.string().optional(),
        namePattern: z.string(),
        indicators: z.array(z.string()),
        addresses: z.array(z.string()),
      }),
    )
    .optional(),
});
export type Settings = z.output<typeof settingsSchema>;

/**
 * Of `incident.json` what is judged; a recorder may write more. What a case does not expect is not judged. A recording may
 * tell the severities alone (`expectedSeverity`), and the rest in words.
 */
const incidentSchema = z.looseObject({
  name: z.string().optional(),
  kind: z.enum(['hostile', 'benign']).optional(),
  /** The same as `kind`, as older recordings tell it. */
  attack: z.boolean().optional(),
  story: z.string().optional(),
  begunAt: z.iso.datetime(),
  looks: z.strictObject({ first: z.iso.datetime(), second: z.iso.datetime() }),
  expect: z.union([expectSchema, z.string()]).optional(),
  expectedSeverity: z.strictObject(ranges).optional(),
  expectedFacts: factsSchema.optional(),
  settings: settingsSchema.optional(),
});
type Incident = z.output<typeof incidentSchema>;

export interface Range {
  atLeast?: Severity | undefined;
  atMost?: Severity | undefined;
}

export interface Case {
  name: string;
  /** The folder with the recording. */
  folder: string;
  kind: 'hostile' | 'benign';
  story: string;
  expect: { first: Range; second: Range; told?: readonly Look[] | undefined; facts: Facts };
  /** What the installation was told before. */
  settings: Settings;
  /** One of the third that nobody looks at while weights are set. */
  heldOut: boolean;
}

const INCIDENT = 'incident.json';

/**
 * The cases of a folder: one for each folder in it with an `incident.json`, or the folder itself.
 *
 * @throws {InputError} where there is none, or one cannot be read
 */
export async function casesOf(folder: string): Promise<Case[]> {
  const found = (await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => undefined))?.filter(
    (entry) => entry.name === INCIDENT,
  );
  if (!found) throw new InputError(`${folder} is not a folder that can be read: name one with recordings`);
  if (found.length === 0)
    throw new InputError(`${folder} holds no recording: each is a folder with ${INCIDENT} and audit.jsonl.gz`);
  const cases = await Promise.all(found.map(({ parentPath }) => readCase(parentPath)));
  return cases.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function readCase(folder: string): Promise<Case> {
  const file = join(folder, INCIDENT);
  const incident = parsed(await readFile(file, 'utf8'), file);
  const { expect, expectedSeverity, expectedFacts, settings, story = '' } = incident;
  const whole = typeof expect === 'object' ? expect : { ...expectedSeverity, told: undefined, facts: expectedFacts };
  const name = incident.name ?? basename(folder);
  return {
    name,
    folder,
    kind: kindOf(incident, whole.second ?? {}),
    story,
    expect: { first: whole.first ?? {}, second: whole.second ?? {}, told: whole.told, facts: whole.facts ?? {} },
    settings: settings ?? {},
    heldOut: isHeldOut(name),
  };
}

function parsed(text: string, file: string): Incident {
  const json = (() => {
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new InputError(`${file} is not JSON: ${(error as Error).message}`);
    }
  })();
  const { data, error } = incidentSchema.safeParse(json);
  if (data) return data;
  const problems = error.issues.map(({ path, message }) => `${path.join('.') || 'the document'}: ${message}`);
  throw new InputError(
    `${file} does not say what is expected as docs/judgement.md describes it: ${problems.join('; ')}`,
  );
}

/** Where a recording does not say: what has to be MEDIUM at least is not ordinary work. */
function kindOf({ kind, attack }: Incident, { atLeast = 'LOW' }: Range): Case['kind'] {
  if (kind) return kind;
  return (attack ?? atLeast !== 'LOW') ? 'hostile' : 'benign';
}

/** A third of all names, by their hash: whoever adds a case does not choose. */
export const isHeldOut = (name: string): boolean => createHash('sha256').update(name).digest().readUInt32BE() % 3 === 0;
