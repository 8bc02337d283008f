/** The tables of docs/playbooks.md and docs/proofs.md say what the playbooks are made of. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { runPlaybook } from '../../bin/local/playbook.ts';
import { containMachine } from '../../functions/contain/machines/contain.ts';
import { ISOLATION, REMOVAL } from '../../functions/contain/proofs/index.ts';
import { CONTAIN_TABLE } from '../../functions/contract/playbook-steps.ts';
import { CONTAIN_MODES } from '../../functions/contract/vocabulary.ts';

const lines = ['docs/playbooks.md', 'docs/proofs.md'].flatMap((page) => readFileSync(page, 'utf8').split('\n'));

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

const COLUMNS = ['State', 'What it does', 'plan', 'isolate', 'remove'];

test('each step of contain, in its order, with what its table says of it', () => {
  const rows = tableOf(...COLUMNS).map(([state, does]) => [state, does]);
  expect(rows).toEqual(Object.values(CONTAIN_TABLE).map(({ state, does }) => [state, does]));
});

test.each(CONTAIN_MODES)('in the mode %s, the steps that the machine comes to', async (mode) => {
  const definition = containMachine({ contain: 'arn:aws:x', probe: 'arn:aws:y' }, { questionSeconds: 1 });
  const answers: Record<string, object> = {
    [CONTAIN_TABLE.askOnCall.state]: { decision: 'approve' },
    [CONTAIN_TABLE.report.state]: { outcome: 'contained' },
  };
  const seen: string[] = [];
  await runPlaybook(
    definition,
    { name: 'run-1', id: 'local:run-1', input: {} },
    {
      handlers: Object.fromEntries(
        Object.values(CONTAIN_TABLE).map(({ state }) => [
          state,
          async () => {
            seen.push(state);
            return { status: 'done', mode, ...answers[state] };
          },
        ]),
      ),
      pauses: { waits: { 'Wait for caches': 0, 'Wait for removal': 0, 'Wait for the audit log': 0 }, retries: {} },
    },
  );
  const [first, last] = [CONTAIN_TABLE.checkTarget.state, CONTAIN_TABLE.report.state];
  const cell = (state: string): string => {
    if (!seen.includes(state)) return '–';
    return mode === 'plan' && state !== first && state !== last ? '○' : '●';
  };
  expect(tableOf(...COLUMNS).map((cells) => [cells[0], cells[COLUMNS.indexOf(mode)]])).toEqual(
    Object.values(CONTAIN_TABLE).map(({ state }) => [state, cell(state)]),
  );
});

test('each proof, with what it claims and what rests on it', () => {
  expect(tableOf('Proof', 'What is claimed', 'Shown by', 'Decisive', 'Of')).toEqual(
    [...new Set([...ISOLATION, ...REMOVAL])].map((proof) => [
      `\`${proof.id}\``,
      proof.claim,
      proof.shows,
      proof.decisive ? 'yes' : 'no',
      [...(ISOLATION.includes(proof) ? ['isolation'] : []), ...(REMOVAL.includes(proof) ? ['removal'] : [])].join(', '),
    ]),
  );
});

test('no set of proofs rests on configuration where traffic is concerned: the effect decides as well', () => {
  const decisive = ISOLATION.filter((proof) => proof.decisive);
  const isAboutTraffic = ({ needs }: (typeof decisive)[number]) =>
    needs.kubernetes?.some((right) => /polic(y|ies)|endpoints|nodes/.test(right) && !right.includes('admission'));
  const about = decisive.filter(isAboutTraffic);
  expect(about.filter(({ shows }) => shows === 'configuration').map(({ id }) => id)).toEqual([
    'deny-all-in-force',
    'no-other-network-rules',
    'policy-enforcer-present',
    'connections-cut',
    'services-empty',
  ]);
  expect(about.filter(({ shows }) => shows === 'effect').map(({ id }) => id)).toEqual(['denial-on-nodes']);
});
