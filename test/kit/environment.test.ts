import { expect, test } from '@jest/globals';
import { Environment } from '../../functions/kit/environment.ts';

test.each([
  [undefined, {}],
  ['', {}],
  ['{"a":1,"b":-2.5}', { a: 1, b: -2.5 }],
])('numbers: %j', (text, expected) => {
  expect(new Environment({ ...(text !== undefined && { N: text }) }).numbers('N')).toEqual(expected);
});

test.each(['{', '[1]', '1', 'null', '{"a":"1"}', '{"a":null}'])('%j is not an object of numbers', (text) => {
  expect(() => new Environment({ N: text }).numbers('N')).toThrow(
    'environment variable N is not a JSON object of numbers',
  );
});

test.each([
  [undefined, {}],
  ['{"f":[],"g":["a","b"]}', { f: [], g: ['a', 'b'] }],
])('lists: %j', (text, expected) => {
  expect(new Environment({ ...(text !== undefined && { L: text }) }).stringLists('L')).toEqual(expected);
});

test.each(['{', '[["a"]]', '"a"', 'null', '{"f":"a"}', '{"f":[1]}', '{"f":null}'])(
  '%j is not an object of lists',
  (text) => {
    expect(() => new Environment({ L: text }).stringLists('L')).toThrow(
      'environment variable L is not a JSON object of arrays of strings',
    );
  },
);
