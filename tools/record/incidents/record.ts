/** Records an incident: what was logged, what AWS and the cluster would have answered, and what really happened. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { GITOPS } from '../../twin/identities.ts';
import type { Report } from '../../twin/report.ts';
import { startTwin } from '../../twin/twin.ts';
import { roleSession, serviceAccount } from '../actors.ts';
import { AuditLog } from '../audit-log.ts';
import { startBackground } from '../background.ts';
import { Client } from '../client.ts';
import { type AwsAnswers, describeAws } from './aws.ts';
import type { GroundTruth, Incident, Look } from './incident.ts';
import { type Snapshot, snapshot } from './snapshot.ts';
import { stage } from './stage.ts';

export interface IncidentRecording {
  truth: GroundTruth;
  /** Lines of the audit log since the incident began. */
  audit: string;
  aws: AwsAnswers;
  objects: Record<Look, Snapshot>;
}

/** As the mails name it. */
const CLUSTER = 'shop-production';
/** Before the first step and after the last, in milliseconds: ordinary life. */
const QUIET_MS = 3_000;

/** Stages it on a twin of its own. */
export async function recordIncident(incident: Incident, report: Report): Promise<IncidentRecording> {
  const twin = await startTwin(() => {}, { cluster: CLUSTER });
  try {
    report(incident.name);
    const people = {
      alice: await roleSession(twin, 'Dev', 'alice@example.com'),
      bob: await roleSession(twin, 'Dev', 'bob@example.com'),
      viewer: await roleSession(twin, 'Viewer', 'vera'),
      admin: await roleSession(twin, 'Admin', 'dana@example.com'),
      pipeline: await roleSession(twin, 'CI', 'GitHubActions'),
      gitops: await serviceAccount(twin, GITOPS.namespace, GITOPS.name),
    };
    const as = (who: keyof typeof people) => new Client(twin, people[who], 'background', []);
    const log = new AuditLog(twin.auditLog);
    const objects: Partial<Record<Look, Snapshot>> = {};
    let stop = async () => {};
    const { truth, awsCalls } = await stage(incident, twin, {
      begin: async () => {
        stop = await startBackground(as);
        await log.skip();
        await sleep(QUIET_MS);
      },
      look: async (which) => {
        objects[which] = await snapshot(twin);
      },
    });
    const { first, second } = objects;
    if (!first || !second) throw new Error(`${incident.name}: no look was taken`);
    const last = await as('alice').send({ path: '/api/v1/namespaces' });
    await stop();
    const audit = await log.readTo(String(last.headers['audit-id']));
    return { truth, audit, aws: await describeAws(twin, truth.begunAt, awsCalls), objects: { first, second } };
  } finally {
    await twin.close();
  }
}

const compressed = (text: string): Buffer => gzipSync(text, { level: 9 });
const json = (value: unknown): string => `${JSON.stringify(value, null, 1)}\n`;

export function writeIncident(folder: string, { truth, audit, aws, objects }: IncidentRecording): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'incident.json'), json(truth));
  writeFileSync(join(folder, 'aws.json'), json(aws));
  writeFileSync(join(folder, 'audit.jsonl.gz'), compressed(audit));
  writeFileSync(join(folder, 'objects-first.json.gz'), compressed(json(objects.first)));
  writeFileSync(join(folder, 'objects-second.json.gz'), compressed(json(objects.second)));
}
