/** What nobody could record: answers of AWS that are written by hand beside a recording, for the demo. */
import * as z from 'zod/mini';
import type { CheckClients } from '../../functions/checks/check.ts';
import { localCloud } from '../../functions/clients/local/cloud.ts';
import type { RecordedLine } from '../../functions/clients/local/log-search.ts';
import { defined } from '../../functions/kit/defined.ts';

const seconds = z.number();
const lines = z.optional(z.array(z.strictObject({ after: seconds, message: z.string() })));
const cloud = { imageScans: z.optional(z.array(z.any())), flowLogs: z.optional(z.record(z.string(), z.any())) };
const lookSchema = z.strictObject({
  ...cloud,
  cloudTrail: z.optional(
    z.array(
      z.strictObject({
        after: seconds,
        name: z.string(),
        source: z.string(),
        resource: z.string(),
        event: z.record(z.string(), z.unknown()),
      }),
    ),
  ),
  threats: z.optional(
    z.strictObject({
      detectorId: z.string(),
      findings: z.array(
        z.strictObject({
          after: seconds,
          id: z.string(),
          type: z.string(),
          severity: z.number(),
          title: z.string(),
          namespaces: z.array(z.string()),
          principals: z.array(z.string()),
        }),
      ),
    }),
  ),
  logs: z.optional(
    z.strictObject({
      authenticator: lines,
      'api-server': lines,
      application: lines,
      host: lines,
      dataplane: lines,
      flow: lines,
    }),
  ),
});
type StagedLook = z.infer<typeof lookSchema>;
const schema = z.strictObject({
  /** What it is, for whoever opens the file. */
  staged: z.string(),
  /** What nodes would say that they run, by the image of the container. */
  imageIds: z.record(z.string(), z.string()),
  first: lookSchema,
  second: lookSchema,
});
type StagedAnswers = z.infer<typeof schema>;

/** What fills the places that a recording leaves. */
export interface StagedPlaces {
  /** Epoch milliseconds. */
  begun: number;
  accessKeyId?: string;
  pods: readonly { name: string; ip: string }[];
}

export const isStaged = (value: unknown): value is StagedAnswers => schema.safeParse(value).success;

/** The clients that answer from it at a look; a later look has all that the first one has. */
export function stagedClients(
  { first, second }: StagedAnswers,
  look: 'first' | 'second',
  places: StagedPlaces,
): { cloud: Partial<CheckClients>; logs: Record<string, () => RecordedLine[]> } {
  const staged = look === 'first' ? [first] : [first, second];
  const latest = <Key extends keyof StagedLook>(key: Key): StagedLook[Key] =>
    staged.map((each) => each[key]).findLast((value) => value !== undefined);
  const at = (after: number): number => places.begun + after * 1_000;
  const [threats, trail] = [latest('threats'), latest('cloudTrail')];
  const cloud = localCloud(
    defined({
      imageScans: latest('imageScans'),
      flowLogs: latest('flowLogs'),
      threats: threats && {
        detectorId: threats.detectorId,
        findings: threats.findings.map(({ after, ...finding }) => ({
          ...finding,
          updatedAt: new Date(at(after)).toISOString(),
        })),
      },
      cloudTrail: trail && {
        Events: trail.map(({ after, name, source, resource, event }, index) => ({
          EventId: `staged-${index + 1}`,
          EventName: name,
          EventSource: source,
          EventTime: new Date(at(after)).toISOString(),
          Resources: [{ ResourceName: resource.replace('{accessKeyId}', places.accessKeyId ?? '') }],
          CloudTrailEvent: JSON.stringify(event),
        })),
      },
    }),
  );
  const sources = [...new Set(staged.flatMap(({ logs }) => Object.keys(logs ?? {})))] as (keyof Logs)[];
  const logs = Object.fromEntries(
    sources.map((source) => {
      const written = staged.flatMap((each) => each.logs?.[source] ?? []);
      const filled = written.flatMap(({ after, message }) => filledLines(at(after), message, places));
      return [source, () => filled];
    }),
  );
  return { cloud, logs };
}

type Logs = NonNullable<StagedLook['logs']>;

function filledLines(at: number, message: string, { pods }: StagedPlaces): RecordedLine[] {
  const text = message.replace('{time}', new Date(at).toISOString());
  if (!/\{pod(?:Ip)?\}/.test(text)) return [{ at, message: text }];
  return pods.map(({ name, ip }) => ({ at, message: text.replace('{pod}', name).replace('{podIp}', ip) }));
}
