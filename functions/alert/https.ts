/** What the destinations have in common that send to HTTPS endpoints with a key of AWS Secrets Manager. */
import * as z from 'zod/mini';
import { SEVERITIES, type Severity } from '../contract/vocabulary.ts';
import { defined } from '../kit/defined.ts';
import { mistake } from '../kit/mistake.ts';
import { SECRET_NAME } from '../kubernetes/names/aws.ts';

/** An integration key of PagerDuty, or a random token: no word, no separator. */
const LOOKS_LIKE_A_KEY = /^(?=.*\d)[0-9A-Za-z]{32,}$/;

/** The keys of the configuration that say where the key is. */
export const secretKeys = {
  secret: z.string().check(
    z.regex(
      SECRET_NAME,
      // The value is not told: it may be the key.
      mistake(
        'it is not the name of a secret',
        'use the name or the whole ARN of a secret of AWS Secrets Manager that exists, never the key itself',
      ),
    ),
    z.refine(
      (secret) => !LOOKS_LIKE_A_KEY.test(secret),
      mistake('it looks like the key itself', 'put the key into AWS Secrets Manager, and use the name of that secret'),
    ),
    z.describe(
      'Secret of AWS Secrets Manager that holds the key: its name, or its ARN. CloudFormation hands the key to EventBridge at each deployment; it is in no template.',
    ),
  ),
  secretField: z
    .optional(
      z.string().check(z.regex(/^[\w.-]{1,128}$/, 'must be a key of the JSON in the secret, such as routingKey')),
    )
    .check(z.describe('Key in the JSON of the secret. Default: the whole text of the secret is the key.')),
  secretVersion: z
    .optional(
      z.string().check(z.regex(/^[\w-]{32,64}$/, 'must be the id of a version of the secret, 32 to 64 characters')),
    )
    .check(
      z.describe(
        'Version of the secret. CloudFormation reads a secret again only where its reference changes: name the new version after a rotation. Default: the current one at the first deployment.',
      ),
    ),
};

/** A least severity. @param fallback where nothing is said */
export const leastSeverity = (fallback: Severity) =>
  z
    ._default(z.enum(SEVERITIES), fallback)
    .check(z.describe('Send only what is of this severity or above, or was, and what is not known.'));

interface SecretOptions {
  secret: string;
  secretField?: string | undefined;
  secretVersion?: string | undefined;
}
export const secretOf = ({ secret, secretField, secretVersion }: SecretOptions) => ({
  id: secret,
  ...defined({ field: secretField, version: secretVersion }),
});
