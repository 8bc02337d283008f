/** `npm run judge` itself. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const run = async (...args: string[]) =>
  promisify(execFile)(process.execPath, ['tools/judge/main.ts', ...args]).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );

test('one object a case, the totals beside it', async () => {
  const { code, stdout, stderr } = await run(
    '--cases',
    'test/corpus/incidents',
    '--case',
    'developer-namespace',
    '--json',
  );
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((line: string) => JSON.parse(line)),
  ).toMatchObject([
    {
      name: 'developer-namespace',
      kind: 'benign',
      outcome: 'created',
      first: { severity: 'LOW', score: expect.any(Number), told: true },
      second: { severity: 'LOW', score: expect.any(Number), told: expect.any(Boolean) },
      highestTold: 'LOW',
      facts: { right: 'developer', binding: 'ClusterRoleBinding developers' },
      differs: [],
    },
  ]);
  expect(stderr).toMatch(/benign, reported above LOW +0 of 1 +at most 5 % +yes/);
  expect(code).toBe(0);
});

test('what cannot be judged is said, with the way out', async () => {
  const unknown = await run('--cases', 'test/corpus/incidents', '--case', 'no-such-case');
  expect(unknown).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/no case is named no-such-case; there are .*gitops-ten/),
  });
  expect(await run('--cases', 'docs')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('docs holds no recording'),
  });
});
