/** What stands in the bundles for parts of the SDK does what these would do in Lambda, and nothing else changes. */
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { COMMON, withPlainKeys } from '../../tools/build/function-bundle.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'function-bundle-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** What a program prints that is bundled as the functions are. */
async function printed(program: string, env: Record<string, string> = {}, plugins = COMMON.plugins): Promise<string> {
  const outfile = join(folder, 'program.cjs');
  const stdin = { contents: program, resolveDir: process.cwd() };
  await build({ ...COMMON, plugins: [...plugins], sourcemap: false, stdin, outfile });
  return execFileSync(process.execPath, [outfile], { encoding: 'utf8', env: { AWS_REGION: 'eu-west-1', ...env } });
}

const SCHEMAS = globSync('node_modules/@aws-sdk/client-*/dist-es/schemas/schemas_*.js').sort();

describe('the descriptions of operations', () => {
  test('have plain keys only', () => {
    expect(SCHEMAS.length).toBeGreaterThan(15);
    const left = SCHEMAS.flatMap((file) => withPlainKeys(readFileSync(file, 'utf8')).match(/\[_\w+\]:/g) ?? []);
    expect(left).toEqual([]);
  });

  test('say the same as before', async () => {
    const program = SCHEMAS.map(
      (file, index) => `import * as s${index} from ${JSON.stringify(join(process.cwd(), file))};`,
    )
      .concat(`const all = [${SCHEMAS.map((_, index) => `s${index}`)}];`)
      .concat('const shown = (_, value) => (typeof value === "function" ? "function" : value);')
      .concat('const text = JSON.stringify(all.map((each) => ({ ...each })), shown);')
      .concat('console.log(text.length, require("node:crypto").hash("sha256", text));')
      .join('\n');
    const before = await printed(program, {}, [] as never);
    expect(await printed(program)).toBe(before);
    expect(Number(before.split(' ')[0])).toBeGreaterThan(100_000);
  }, 60_000);

  test('leave out the operations that nobody calls', async () => {
    const program =
      "import { DescribeFlowLogsCommand } from '@aws-sdk/client-ec2'; console.log(DescribeFlowLogsCommand.name);";
    await printed(program);
    const text = readFileSync(join(folder, 'program.cjs'), 'utf8');
    expect(text).toContain('DescribeFlowLogs');
    expect(text).not.toContain('RunInstances');
  });
});

test('credentials come from the environment, at each renewal', async () => {
  const program = `
    import { EKSClient } from '@aws-sdk/client-eks';
    const { credentials } = new EKSClient().config;
    (async () => {
      const { accessKeyId, secretAccessKey, sessionToken } = await credentials();
      console.log(accessKeyId, secretAccessKey, sessionToken);
    })().catch((error) => console.log(error.message));`;
  const env = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token' };
  expect(await printed(program, env)).toBe('AKIA secret token\n');
  expect(await printed(program)).toContain('Unable to find environment variable credentials');
});

test('an operation with event streams fails by saying that they are not in the bundle', async () => {
  const program = `
    import { LambdaClient, InvokeWithResponseStreamCommand } from '@aws-sdk/client-lambda';
    import { createServer } from 'node:http';
    const server = createServer((_, answer) => answer.end()).listen(0, '127.0.0.1', async () => {
      const client = new LambdaClient({ endpoint: 'http://127.0.0.1:' + server.address().port, maxAttempts: 1 });
      await client.send(new InvokeWithResponseStreamCommand({ FunctionName: 'f' })).catch((error) => console.log(error.message));
      server.close();
    });`;
  const env = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret' };
  expect(await printed(program, env)).toContain('hold no event streams');
});
