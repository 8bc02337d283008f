/**
 * A program that kubectl asks for a token: `exec-credential.ts CLUSTER REGION`, with AWS credentials in the environment.
 * Prints an ExecCredential as `aws eks get-token` does.
 */
import { defined } from '../../functions/kit/defined.ts';
import { eksToken } from './token.ts';

const [, , cluster = '', region = ''] = process.argv;
const {
  AWS_ACCESS_KEY_ID: accessKeyId = '',
  AWS_SECRET_ACCESS_KEY: secretAccessKey = '',
  AWS_SESSION_TOKEN: sessionToken,
} = process.env;
const credentials = { accessKeyId, secretAccessKey, ...defined({ sessionToken: sessionToken || undefined }) };
const status = {
  token: await eksToken(cluster, region, credentials),
  expirationTimestamp: new Date(Date.now() + 14 * 60_000).toISOString(),
};
console.log(JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status }));
