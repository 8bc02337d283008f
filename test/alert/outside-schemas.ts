/** What the receivers' own schemas object to in a message: where they are from is in the README beside each. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Message } from '../../functions/clients/send/sender.ts';

const SAMPLES = 'test/samples';

const zipped = (file: string): object => JSON.parse(gunzipSync(readFileSync(`${SAMPLES}/${file}`)).toString());
const plain = (file: string): object => JSON.parse(readFileSync(`${SAMPLES}/${file}`, 'utf8'));

/** A routing key has 32 characters; the connection of EventBridge puts it in. */
export const ROUTING_KEY = 'R'.repeat(32);

export const ocsfSchema = new Ajv2020({ strict: false, allErrors: true }).compile(
  zipped('ocsf/detection_finding-1.6.0.json.gz'),
);
export const pagerDutySchema = new Ajv({ allErrors: true }).compile(plain('pagerduty/events-v2.schema.json'));

function objections(valid: ValidateFunction, value: unknown): string[] {
  valid(value);
  return (valid.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** By the id of the destination; empty where there are none. */
export const objectionsTo = {
  ocsf: ({ body }: Message): string[] => objections(ocsfSchema, JSON.parse(body)),
  pagerduty: ({ body }: Message): string[] => {
    const request = JSON.stringify({ ...JSON.parse(body), routing_key: ROUTING_KEY });
    const large = Buffer.byteLength(request) > 512 * 1024 ? ['is larger than 512 KB'] : [];
    return [...large, ...objections(pagerDutySchema, JSON.parse(request))];
  },
};
