import { expect, test } from '@jest/globals';
import { advisories, signatures } from '../../tools/audit/verdict.ts';

const counts = (high: number, critical = 0, low = 0) =>
  JSON.stringify({ metadata: { vulnerabilities: { low, high, critical, total: low + high + critical } } });

test.each([
  ['none', counts(0), 'good'],
  ['a low one', counts(0, 0, 3), 'good'],
  ['a high one', counts(1), 'bad'],
  ['a critical one', counts(0, 1), 'bad'],
  ['a registry that knows no audits', '{"message":"405 Method Not Allowed","statusCode":405}', 'unknown'],
  ['no network', '{"error":{"code":"ENOTFOUND","summary":"request failed"}}', 'unknown'],
  ['nothing', '', 'unknown'],
])('advisories: %s', (_name, output, kind) => expect(advisories(output)).toMatchObject({ kind }));

test.each([
  ['all good', '{"invalid":[],"missing":[]}', 'good'],
  ['one that is not signed', '{"invalid":[],"missing":[{"name":"a"}]}', 'good'],
  ['one that was changed', '{"invalid":[{"name":"a"}],"missing":[]}', 'bad'],
  ['no network', '{"error":{"code":"ETIMEDOUT"}}', 'unknown'],
  ['rubbish', '<html>', 'unknown'],
])('signatures: %s', (_name, output, kind) => expect(signatures(output)).toMatchObject({ kind }));

test('why there is no answer is said', () =>
  expect(advisories('{"message":"405 Method Not Allowed"}').says).toBe('405 Method Not Allowed'));
