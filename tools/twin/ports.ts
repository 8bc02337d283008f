/** Free ports on loopback. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * The API server's address. Not 127.0.0.1: the emulator's Node runtime turns https to 127.0.0.1 and localhost into
 * http, as there it can only mean the emulator itself.
 */
export const API_ADDRESS = '127.0.0.2';
export const LOOPBACK = '127.0.0.1';

/** Below the range from which the kernel takes ports for outgoing connections, so that none is taken in between. */
const LOWEST = 20_000;
const HIGHEST = 32_000;
const given = new Set<number>();

/** Resolves to the error when the port cannot be listened on. */
function probe(address: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/**
 * A port that nobody listens on and that this process was not given before.
 *
 * @throws when the address is not there (macOS knows only 127.0.0.1 by default), with the fix
 */
export async function freePort(address: string): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = randomInt(LOWEST, HIGHEST);
    if (given.has(port)) continue;
    const error = await probe(address, port);
    if (error?.code === 'EADDRNOTAVAIL') {
      throw new Error(`${address} is not an address of this machine. On macOS: sudo ifconfig lo0 alias ${address}`);
    }
    if (error) continue;
    given.add(port);
    return port;
  }
  throw new Error(`no free port on ${address} between ${LOWEST} and ${HIGHEST}`);
}
