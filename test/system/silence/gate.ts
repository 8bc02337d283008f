/** The way to the API server, which a test closes: what a security group or the list of public networks does on AWS. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

export class Gate {
  readonly #to: URL;
  readonly #open = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  /** @param to the endpoint of the API server */
  constructor(to: string) {
    this.#to = new URL(to);
  }

  /** The endpoint that leads through it; of the same host, which the certificate names. */
  get url(): string {
    return `https://${this.#to.hostname}:${this.#port}`;
  }

  async open(): Promise<void> {
    const { hostname, port } = this.#to;
    this.#server = createServer((client) => {
      const server = connect(Number(port), hostname);
      for (const [socket, other] of [
        [client, server],
        [server, client],
      ] as const) {
        this.#open.add(socket);
        socket.on('error', () => other.destroy());
        socket.on('close', () => this.#open.delete(socket));
      }
      client.pipe(server).pipe(client);
    }).listen(this.#port, hostname);
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (typeof address === 'object' && address) this.#port = address.port;
  }

  /** New connections are refused, open ones end. */
  async close(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    server.close();
    for (const socket of this.#open) socket.destroy();
    await once(server, 'close');
  }
}
