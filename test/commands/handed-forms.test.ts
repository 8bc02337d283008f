/** Each form and event that people handed over, and the audit log in every form that its tools write. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { findingsIn, run } from './run.ts';

const FOLDER = 'test/corpus/forms';
/** What differs from the rest: an event alone, and one that a pipeline left little of. */
const EVENTS: Record<string, number> = {
  'e03-constrained-impersonation-1.35.jsonl': 1,
  'e04b-bodies-as-strings-generateName.jsonl': 1,
  'e10-flattened.jsonl': 1,
};

test.each(readdirSync(FOLDER).filter((file) => file !== 'README.md'))('%s', async (file) => {
  const result = await run(['replay', '--json', `${FOLDER}/${file}`]);
  expect(result).toMatchObject({ code: 0, stderr: '' });
  const [finding, ...others] = findingsIn(result);
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ outcome: 'created', namespace: { name: 'payments-batch' }, request: { code: 201 } });
  if (file === 'e10-flattened.jsonl') expect(finding?.actor.username).toBe('alice');
  else
    expect(finding?.actor.principalArn ?? finding?.actor.username).toMatch(/^arn:aws:(iam::|sts::)111122223333:.*Dev/);
  const people = await run(['replay', '-'], readFileSync(`${FOLDER}/${file}`));
  expect(people.stdout).toContain(`${EVENTS[file] ?? 2} audit event`);
});
