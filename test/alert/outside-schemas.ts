/** What the receivers' own schemas object to in a message: where they are from is in the README beside each. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Message } from '../../functions/clients/send/sender.ts';
import { createHandler } from '../../functions/securityhub/handler.ts';

const SAMPLES = 'test/samples';

const zipped = (file: string): object => JSON.parse(gunzipSync(readFileSync(`${SAMPLES}/${file}`)).toString());
const plain = (file: string): object => JSON.parse(readFileSync(`${SAMPLES}/${file}`, 'utf8'));

/** A routing key has 32 characters; the connection of EventBridge puts it in. */
export const ROUTING_KEY = 'R'.repeat(32);

export const ocsfSchema = new Ajv2020({ strict: false, allErrors: true }).compile(
  zipped('ocsf/detection_finding-1.6.0.json.gz'),
);
export const pagerDutySchema = new Ajv({ allErrors: true }).compile(plain('pagerduty/events-v2.schema.json'));
const securityHub = new Ajv({ allErrors: true, strict: false }).addSchema(
  zipped('security-hub/requests-2018-10-26.json.gz'),
  'hub',
);
/** A request to Security Hub, by the name of its operation. */
export const securityHubSchema = (operation: 'BatchImportFindings' | 'BatchUpdateFindings'): ValidateFunction =>
  securityHub.getSchema(`hub#/definitions/${operation}Request`) as ValidateFunction;

function objections(valid: ValidateFunction, value: unknown): string[] {
  valid(value);
  return (valid.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** By the id of the destination; empty where there are none. */
export const objectionsTo = {
  ocsf: async ({ body }: Message): Promise<string[]> => objections(ocsfSchema, JSON.parse(body)),
  pagerduty: async ({ body }: Message): Promise<string[]> => {
    const request = JSON.stringify({ ...JSON.parse(body), routing_key: ROUTING_KEY });
    const large = Buffer.byteLength(request) > 512 * 1024 ? ['is larger than 512 KB'] : [];
    return [...large, ...objections(pagerDutySchema, JSON.parse(request))];
  },
  /** What the function *securityhub* sends of it. */
  securityhub: async ({ body }: Message): Promise<string[]> => {
    const found: string[] = [];
    const hub = {
      importFinding: async (finding: object) => {
        const request = JSON.stringify({ Findings: [finding] });
        if (Buffer.byteLength(JSON.stringify(finding)) > 240_000) found.push('is larger than 240 KB');
        found.push(...objections(securityHubSchema('BatchImportFindings'), JSON.parse(request)));
      },
      resolve: async () => undefined,
    };
    const settings = {
      account: '111122223333',
      product: 'arn:aws:securityhub:us-east-1:111122223333:product/111122223333/default',
    };
    const table = { read: async () => undefined };
    await createHandler({ hub, table }, settings)(JSON.parse(body), { functionName: 'securityhub' } as never);
    return found;
  },
};
