/** The tables of docs/playbooks.md say what the playbooks are made of. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { containMachine } from '../../functions/contain/machines/contain.ts';
import { ISOLATION, REMOVAL } from '../../functions/contain/proofs/index.ts';
import { CONTAIN_STEPS } from '../../functions/contract/playbook-steps.ts';

const lines = readFileSync('docs/playbooks.md', 'utf8').split('\n');

/** The cells of the table that begins with these columns. */
function tableOf(...columns: string[]): string[][] {
  const start = lines.indexOf(`| ${columns.join(' | ')} |`);
  if (start < 0) throw new Error(`there is no table ${columns.join(', ')}`);
  const rows = lines.slice(start + 2);
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith('|')),
    )
    .map((line) => line.slice(2, -2).split(' | '));
}

test('each step of contain, in its order, with what the state machine says of it', () => {
  const { States } = containMachine({ contain: 'arn:aws:x', probe: 'arn:aws:y' }, { questionSeconds: 1 });
  const rows = tableOf('State', 'What it does', 'plan', 'isolate', 'remove').map(([state, does]) => [state, does]);
  expect(rows).toEqual(Object.values(CONTAIN_STEPS).map((state) => [state, States[state]?.['Comment']]));
});

test('each proof, with what it claims and what rests on it', () => {
  expect(tableOf('Proof', 'What is claimed', 'Decisive', 'Of')).toEqual(
    [...new Set([...ISOLATION, ...REMOVAL])].map((proof) => [
      `\`${proof.id}\``,
      proof.claim,
      proof.decisive ? 'yes' : 'no',
      [...(ISOLATION.includes(proof) ? ['isolation'] : []), ...(REMOVAL.includes(proof) ? ['removal'] : [])].join(', '),
    ]),
  );
});
