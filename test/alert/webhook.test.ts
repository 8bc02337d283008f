/** HTTPS endpoints get what the bus of events gets. */
import { expect, test } from '@jest/globals';
import { events } from '../../functions/alert/destinations/events.ts';
import { webhook } from '../../functions/alert/destinations/webhook.ts';
import { parseConfig } from '../../lib/config/config.ts';
import { HIGH } from './examples.ts';
import { PARTLY } from './follow-up-samples.ts';

test('the words are those of the events', () => {
  expect(webhook.alert(HIGH)).toEqual(events.alert(HIGH));
  expect(webhook.followUp(PARTLY, {}, {})).toEqual(events.followUp(PARTLY, {}, {}));
});

const ENDPOINT = { name: 'Soar', url: 'https://soar.example.com/hooks/a?x=1', secret: 'sentinel/soar' };
const read = (endpoint: object) =>
  parseConfig(JSON.stringify({ clusters: [{ name: 'blue' }], webhooks: [{ ...ENDPOINT, ...endpoint }] }), 'test.yaml');

test('an endpoint has a header and gets everything, unless it says otherwise', () => {
  expect(read({}).webhooks).toEqual([{ ...ENDPOINT, header: 'Authorization', minSeverity: 'LOW' }]);
});

test.each([
  ['url', 'http://soar.example.com/', 'https://'],
  ['url', 'https://user:key@soar.example.com/', 'https://'],
  ['url', 'https://soar.example.com/*', 'https://'],
  ['url', `https://soar.example.com/$${'{AWS::AccountId}'}`, 'https://'],
  ['url', 'https://soar.example.com/{{resolve:ssm:x}}', 'https://'],
  ['secret', 'Bearer 0123 4567', 'never the key itself'],
  ['secret', 'x:SecretString:y}}', 'never the key itself'],
  ['secret', 'e93facc04764012d7bfb002500d5d1a6', 'looks like the key itself'],
  ['secretField', 'a:b', 'a key of the JSON'],
  ['secretVersion', 'latest', 'a version of the secret'],
  ['header', 'X Key', 'the name of a header'],
  ['name', 'so-ar', 'letters and digits'],
])('%s: %s is refused', (key, value, why) => {
  expect(() => read({ [key]: value })).toThrow(why);
});

test('what may be a key is not told', () => {
  for (const secret of ['Bearer 0123 4567', 'e93facc04764012d7bfb002500d5d1a6'])
    expect(() => read({ secret })).toThrow(expect.not.objectContaining({ message: expect.stringContaining(secret) }));
});

test('two endpoints have two names', () => {
  const two = JSON.stringify({ clusters: [{ name: 'blue' }], webhooks: [ENDPOINT, ENDPOINT] });
  expect(() => parseConfig(two, 'test.yaml')).toThrow('is the same as in item [0]');
});
