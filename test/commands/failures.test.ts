/** Every command tells every failure in the same way, and in time. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { localClients } from '../../bin/local/playbooks.ts';
import { Folder } from '../../functions/contain/framework/folder.ts';
import { CONTAINMENT_SCHEMA_VERSION } from '../../functions/contract/containment.ts';
import { run } from './run.ts';

const UID = '0a1b2c3d-0000-4000-8000-00000000000a';
// Preflight asks a server that fails again and again, check by check.
jest.setTimeout(30_000);

const folder = mkdtempSync(join(tmpdir(), 'sentinel-failures-'));
const evidence = join(folder, 'evidence');
const [certificate, key, other] = ['server.crt', 'server.key', 'other.crt'].map((name) =>
  readFileSync(`test/commands/tls/${name}`),
);

/** The commands that ask a cluster. */
const COMMANDS: Record<string, string[]> = {
  preflight: [],
  investigate: ['--namespace', 'shop'],
  contain: ['--namespace', 'shop', '--out', join(folder, 'out')],
  verify: ['--namespace', 'shop'],
  release: ['--from', evidence, '--yes'],
};

/** Answers what the path says: `/401/…`. */
const answering = createTlsServer({ cert: certificate, key }, ({ url = '' }, response) => {
  const [, code = ''] = url.split('/');
  if (code === 'silent') return;
  if (code === 'html') response.writeHead(200).end('<html>Sign in</html>');
  else
    response.writeHead(Number(code)).end(JSON.stringify({ kind: 'Status', reason: 'X', message: `because ${code}` }));
});
/** Takes connections, and says nothing at all. */
const mute = createServer((socket) => sockets.push(socket));
const sockets: Socket[] = [];
const closed = createServer();
const ports: Record<string, number> = {};

async function listen(server: Server | TlsServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

beforeAll(async () => {
  Object.assign(ports, { answering: await listen(answering), mute: await listen(mute), closed: await listen(closed) });
  await new Promise((resolve) => closed.close(resolve));
  const target = { cluster: { name: 'prod' }, namespace: 'shop', uid: UID };
  await new Folder(localClients(evidence).store, target, 'run-1').addSnapshot(
    {
      schemaVersion: CONTAINMENT_SCHEMA_VERSION,
      target,
      takenAt: '',
      execution: 'x',
      secretNames: [],
      namespace: { metadata: {} },
      objects: [],
      bindings: [],
      notRead: [],
    },
    async () => {},
  );
});
afterAll(() => {
  answering.closeAllConnections();
  answering.close();
  mute.close();
  for (const socket of sockets) socket.destroy();
  rmSync(folder, { recursive: true });
});

interface Config {
  server?: string;
  ca?: string;
  user?: object;
}

let written = 0;
function kubeconfig({
  server = `https://127.0.0.1:${ports['answering']}/200`,
  ca,
  user = { token: 't' },
}: Config = {}) {
  const file = join(folder, `kubeconfig-${++written}`);
  const authority = Buffer.from(ca ?? String(certificate)).toString('base64');
  const config = {
    clusters: [{ name: 'prod', cluster: { server, 'certificate-authority-data': authority } }],
    users: [{ name: 'me', user }],
    contexts: [{ name: 'dev', context: { cluster: 'prod', user: 'me' } }],
    'current-context': 'dev',
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}

const at = (what: string) => ({ server: `https://127.0.0.1:${ports['answering']}/${what}` });
const plugin = (command: string, args: string[] = [], more: object = {}) => ({
  user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command, args, ...more } },
});

interface Failing {
  config: () => Config;
  args?: string[];
  /** The line of what happened. */
  what: RegExp;
  todo: RegExp;
  silenceMs?: number;
}

const FAILURES: Record<string, Failing> = {
  'no handshake': {
    config: () => ({ server: `https://127.0.0.1:${ports['mute']}` }),
    what: /the API server does not answer: no answer within 0\.4 s/,
    todo: /check the network: VPN/,
    silenceMs: 400,
  },
  'no answer': {
    config: () => at('silent'),
    what: /the API server does not answer: no answer within 0\.4 s/,
    todo: /check the network: VPN/,
    silenceMs: 400,
  },
  'a refused port': {
    config: () => ({ server: `https://127.0.0.1:${ports['closed']}` }),
    what: /the API server refuses the connection \(ECONNREFUSED/,
    todo: /check that it runs at this address; "aws eks update-kubeconfig/,
  },
  'a name that nobody knows': {
    config: () => ({ server: 'https://prod.nowhere.invalid' }),
    what: /the host name of the API server cannot be resolved \((ENOTFOUND|EAI_AGAIN)/,
    todo: /check DNS and VPN/,
  },
  'another certificate authority': {
    config: () => ({ ...at('200'), ca: String(other) }),
    what: /the certificate of the API server is not valid for this kubeconfig \(DEPTH_ZERO_SELF_SIGNED_CERT/,
    todo: /somebody else may be answering/,
  },
  'no TLS': {
    config: () => ({ server: `http://127.0.0.1:${ports['mute']}` }),
    what: /has a server without TLS.*as "kubectl proxy" is: name the API server itself, with https/,
    todo: /--context/,
  },
  'a plugin that fails': {
    config: () => plugin('sh', ['-c', 'echo "The SSO session has expired" >&2; exit 255']),
    what: /the credential plugin "sh" ended with 255; it says: The SSO session has expired$/,
    todo: /sign in again \(for EKS with IAM Identity Center: "aws sso login"\)/,
  },
  'a plugin that says nothing': {
    config: () => plugin('false'),
    what: /the credential plugin "false" ended with 1; it says nothing$/,
    todo: /sign in again/,
  },
  'a plugin with a false answer': {
    config: () => plugin('echo', ['{}']),
    what: /the credential plugin "echo" answered something that is not an ExecCredential$/,
    todo: /sign in again/,
  },
  'a missing plugin': {
    config: () => plugin('aws-iam-authenticator-missing', [], { installHint: 'Get it\nfrom us.' }),
    what: /the credential plugin "aws-iam-authenticator-missing" is not installed: Get it$/,
    todo: /install the program/,
  },
  'a key that is not there': {
    config: () => ({ user: { 'client-certificate': 'none.crt', 'client-key': 'none.key' } }),
    what: /the credentials in \S+ cannot be used: ENOENT/,
    todo: /sign in again/,
  },
  401: { config: () => at('401'), what: /does not know these credentials \(because 401\)$/, todo: /access entry/ },
  403: { config: () => at('403'), what: /this is not allowed: because 403$/, todo: /use an identity that may do this/ },
  500: { config: () => at('500'), what: /cannot answer now \(HTTP 500: because 500\)$/, todo: /repeat the command/ },
  'a web page': { config: () => at('html'), what: /what answers is not a Kubernetes API server/, todo: /login page/ },
  'a wrong context': {
    config: () => ({}),
    args: ['--context', 'other'],
    what: /has no context "other"; it has "dev"$/,
    todo: /choose one with --context/,
  },
};

/** What may not fail as a whole: one who may not look at one thing may look at others. */
const PREFLIGHT_GOES_ON = ['403', '500', 'a web page'];

describe.each(Object.keys(COMMANDS))('sentinel %s', (command) => {
  test.each(Object.keys(FAILURES))('%s', async (name) => {
    const { config, args = [], what, todo, silenceMs = 15_000 } = FAILURES[name] as Failing;
    const file = kubeconfig(config());
    const typed = [command, '--kubeconfig', file, ...(COMMANDS[command] ?? []), ...args];
    const begun = performance.now();
    const { code, stdout, stderr } = await run(typed, '', false, { silenceMs });
    expect(performance.now() - begun).toBeLessThan(15_000);
    if (command === 'preflight' && PREFLIGHT_GOES_ON.includes(name)) {
      expect(code).toBe(1);
      expect(stdout).toMatch(/could not be checked/);
      return;
    }
    expect([code, stdout]).toEqual([2, '']);
    const [first = '', ...more] = stderr
      .trimEnd()
      .split('\n')
      .filter((line) => !line.startsWith('    '));
    expect(first.startsWith(`sentinel ${command}: `)).toBe(true);
    expect(first).toMatch(what);
    expect(more.at(-1)).toMatch(todo);
    expect(more.at(-1)).toMatch(/^ {2}to do: /);
    // With host and context, once they are known.
    const where = more.length === 2 ? more[0] : undefined;
    if (name === 'a wrong context' || name === 'no TLS') expect(first).toContain(file);
    else expect(where).toBe(`  where: cluster prod at ${config().server ?? at('200').server}, context dev of ${file}`);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test.each<[string, () => string, RegExp]>([
    ['is missing', () => join(folder, 'none'), /ENOENT/],
    ['is a folder', () => folder, /EISDIR/],
    [
      'is not YAML',
      () => {
        const file = join(folder, 'bad');
        writeFileSync(file, 'users:\n- token: "secret\nx: [');
        return file;
      },
      /bad cannot be used: line \d: /,
    ],
  ])('a kubeconfig that %s', async (_name, file, what) => {
    const { code, stdout, stderr } = await run([command, '--kubeconfig', file(), ...(COMMANDS[command] ?? [])]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(what);
    expect(stderr).toMatch(/\n {2}to do: check the path and the file/);
    expect(stderr).not.toContain('secret');
  });
});

test('a terminal is told what is waited for, and for how long', async () => {
  const file = kubeconfig(at('silent'));
  const { stderr } = await run(['preflight', '--kubeconfig', file], '', true, { silenceMs: 3_600 });
  const [before, first, ...later] = stderr.split('\r\x1b[K');
  expect(before).toBe('');
  expect(first).toMatch(/^Asking the API server of cluster prod at https:.* …$/);
  expect(later.pop()).toMatch(/^sentinel preflight: /);
  expect(later.filter((line) => line.startsWith('Asking the API server'))).toEqual(later);
  expect(later.at(-1)).toMatch(/ … [2-9] s$/);
});

test('the stack is printed for those who ask for it, with its causes', async () => {
  const file = kubeconfig({ server: `https://127.0.0.1:${ports['closed']}` });
  const asked = await run(['preflight', '--kubeconfig', file, '--debug']);
  expect(asked.stderr).toMatch(
    /\n {2}to do: .*\nKubernetesError: [\s\S]*\n\s+at [\s\S]*\ncaused by Error: connect ECONNREFUSED/,
  );
});

test('a plugin gets what it is asked for, once, and its certificate is used', async () => {
  const script = join(folder, 'plugin.sh');
  const seen = join(folder, 'seen');
  writeFileSync(
    script,
    `#!/bin/sh
echo "$EXTRA $KUBERNETES_EXEC_INFO $1" >>${seen}
echo '{"status":{"token":"from-plugin","expirationTimestamp":"2099-01-01T00:00:00Z"}}'
`,
  );
  chmodSync(script, 0o755);
  // A relative path starts at the kubeconfig.
  const exec = plugin('./plugin.sh', ['arg'], { env: [{ name: 'EXTRA', value: 'set' }] });
  await run(['contain', '--kubeconfig', kubeconfig({ ...at('403'), ...exec }), ...(COMMANDS['contain'] ?? [])]);
  expect(readFileSync(seen, 'utf8')).toBe(
    'set {"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false}} arg\n',
  );
});
