import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isDryRun, parameter } from '../../functions/kubernetes/request-query.ts';

test.each([
  ['/api/v1/namespaces', false],
  ['/api/v1/namespaces?dryRun=All', true],
  ['/api/v1/namespaces?a=b&dryRun=All', true],
  ['/api/v1/namespaces?dr%79Run=%41ll', true],
  ['/api/v1/namespaces?dr%79Run', true],
  ['/api/v1/namespaces?dryRun=%zz', false],
  ['/api/v1/namespaces?dryRun%3DAll', false],
  ['/api/v1/namespaces?fieldManager=dryRun%3DAll&pretty=dryRun', false],
  ['/api/v1/namespaces?fieldManager=a;dryRun=All', false],
  ['/api/v1/namespaces?dryrun=All', false],
  ['/api/v1/namespaces?a=?dryRun=All', false],
  ['/api/v1/namespaces?a=?&dryRun=All', true],
  ['/api/v1/namespaces&dryRun=All', false],
])('%s: dryRun %s', (uri, expected) => {
  expect(parameter(uri, 'dryRun') !== undefined).toBe(expected);
});

test('no uri has no parameter', () => {
  expect(parameter(undefined, 'dryRun')).toBeUndefined();
});

test('any encoding of the key is the key', () => {
  const encoded = fc
    .array(fc.boolean(), { minLength: 6, maxLength: 6 })
    .map((flags) => [...'dryRun'].map((c, i) => (flags[i] ? `%${c.charCodeAt(0).toString(16)}` : c)).join(''));
  fc.assert(fc.property(encoded, (key) => expect(parameter(`/x?a=1&${key}=All`, 'dryRun')).toBe('All')));
});

describe('a dry run', () => {
  test.each([
    ['its query', { verb: 'create', requestUri: '/api?dryRun=All' }, true],
    ['the options of a deletion', { verb: 'delete', requestObject: { dryRun: ['All'] } }, true],
    ['those of a collection', { verb: 'deletecollection', requestObject: { dryRun: ['All'] } }, true],
    ['nothing', { verb: 'create', requestUri: '/api' }, false],
    ['a query that the server drops', { verb: 'create', requestUri: '/api?dryRun=%zz' }, false],
    ['the body of another request', { verb: 'patch', requestObject: { dryRun: ['All'] } }, false],
    ['no options', { verb: 'delete', requestObject: { dryRun: [] } }, false],
  ])('by %s', (_, request, expected) => {
    expect(isDryRun(request)).toBe(expected);
  });
});
