import { expect, test } from '@jest/globals';
import { Environment } from '../functions/environment.ts';

test.each([
  [undefined, {}],
  ['', {}],
  ['{"a":1,"b":-2.5}', { a: 1, b: -2.5 }],
])('numbers: %j', (text, expected) => {
  expect(new Environment({ ...(text !== undefined && { N: text }) }).numbers('N')).toEqual(expected);
});

test.each(['{', '[1]', '1', 'null', '{"a":"1"}', '{"a":null}'])('%j is no object of numbers', (text) => {
  expect(() => new Environment({ N: text }).numbers('N')).toThrow(
    'environment variable N is no JSON object of numbers',
  );
});
