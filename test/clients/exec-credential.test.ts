import { describe, expect, test } from '@jest/globals';
import { execCredential } from '../../functions/clients/kubernetes/exec-credential.ts';

const shell = (script: string) => ({ command: 'sh', args: ['-c', script] });

describe('the program for credentials', () => {
  test('gives a token, or a certificate with its key', async () => {
    const answer = { status: { token: 't', clientCertificateData: '', other: 1 } };
    expect(await execCredential(shell(`echo '${JSON.stringify(answer)}'`))).toEqual({ token: 't' });
    const pair = { clientCertificateData: 'c', clientKeyData: 'k' };
    expect(await execCredential(shell(`echo '${JSON.stringify({ status: pair })}'`))).toEqual(pair);
  });

  test('that waits for something is stopped, with what it has said', async () => {
    const begun = performance.now();
    const waits = execCredential(shell('echo "MFA code:" >&2; sleep 20; true'), 300);
    await expect(waits).rejects.toMatchObject({
      kind: 'credentials',
      message: 'the credential plugin "sh" did not end within 0.3 s, and was stopped; it says: MFA code:',
    });
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  test('has no standard input to wait for', async () => {
    await expect(execCredential(shell('read code; echo "no code" >&2; exit 3'))).rejects.toThrow(
      'ended with 3; it says: no code',
    );
  });

  test('that may not be run is reported as such', async () => {
    await expect(execCredential({ command: '/' })).rejects.toMatchObject({
      kind: 'credentials',
      message: expect.stringMatching(/^the credential plugin "\/" cannot be started: .*EACCES/),
    });
  });

  test('ended by a signal is told with it, and its arguments, which may be secret, are not', async () => {
    const error = await execCredential(shell('kill -TERM $$ # secret')).catch((thrown) => thrown);
    expect(error.message).toBe('the credential plugin "sh" ended with SIGTERM; it says nothing');
  });

  test.each(['', 'null', '{"status":{}}', '{"status":{"token":1}}', '{"status":{"clientKeyData":"k"}}'])(
    'that answers %j has answered nothing',
    async (answer) => {
      await expect(execCredential(shell(`printf '%s' '${answer}'`))).rejects.toThrow('not an ExecCredential');
    },
  );
});
