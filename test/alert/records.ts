import { FINDING, INVESTIGATION } from './examples.ts';

const HEAD = { version: '1.0', timestamp: '2026-11-23T07:02:44.000Z' };
const CONTEXT = {
  requestId: 'c2a6f2ae-7dbb-4d22-8782-d0485c9877e2',
  functionArn: 'arn:aws:lambda:us-east-1:111122223333:function:investigate:$LATEST',
};

/** What Lambda sends to the destination for success. */
export const succeeded = (responsePayload: unknown = INVESTIGATION, finding: unknown = FINDING) => ({
  ...HEAD,
  requestContext: { ...CONTEXT, condition: 'Success', approximateInvokeCount: 1 },
  requestPayload: { finding },
  responseContext: { statusCode: 200, executedVersion: '$LATEST' },
  responsePayload,
});

/** What Lambda sends to the destination for failure, after the retries. */
export const failed = (responsePayload: unknown, finding: unknown = FINDING) => ({
  ...HEAD,
  requestContext: { ...CONTEXT, condition: 'RetriesExhausted', approximateInvokeCount: 2 },
  requestPayload: { finding },
  responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
  responsePayload,
});
