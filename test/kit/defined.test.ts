import { expect, test } from '@jest/globals';
import { defined } from '../../functions/kit/defined.ts';

interface Pod {
  phase: 'Running' | 'Pending';
  name: string;
  uid?: string;
  restarts?: number;
}

test('a key without a value is dropped', () => {
  expect(Object.keys(defined({ a: 1, b: undefined, c: 'x' }))).toEqual(['a', 'c']);
});

test('only undefined is dropped: falsy values say something', () => {
  expect(defined({ text: '', zero: 0, no: false, none: null, list: [] })).toStrictEqual({
    text: '',
    zero: 0,
    no: false,
    none: null,
    list: [],
  });
});

test('the keys stay in their order', () => {
  expect(JSON.stringify(defined({ b: 1, x: undefined, a: 2, '0x': 3 }))).toBe('{"b":1,"a":2,"0x":3}');
});

test('a key named like the prototype is a key', () => {
  expect(Object.entries(defined({ ['__proto__']: 'x' }))).toEqual([['__proto__', 'x']]);
});

test('what may be undefined is optional in the type, what may not is required', () => {
  const podOf = (uid: string | undefined, isUp: boolean): Pod =>
    defined({ phase: isUp ? 'Running' : 'Pending', name: 'web', uid, restarts: isUp ? 0 : undefined });
  expect(podOf(undefined, true)).toStrictEqual({ phase: 'Running', name: 'web', restarts: 0 });
  // @ts-expect-error a required name must not be given as perhaps undefined
  const nameless: Pod = defined({ phase: 'Running', name: podOf('u', false).uid });
  expect(nameless).toStrictEqual({ phase: 'Running', name: 'u' });
});
