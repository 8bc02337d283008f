/** What is outside of the cluster: a network behind the node, with an attacker's host in it. */
import type { Processes } from '../processes.ts';
import { Channel, type ChannelOptions, channelArguments } from './channel.ts';
import { inNetwork, inNetworkOf } from './network.ts';
import { ATTACKER } from './place.ts';

export class Internet {
  /** Address of the attacker's host. */
  readonly address = ATTACKER;
  readonly #processes: Processes;
  readonly #pid: number;
  readonly #program: string;
  #made = 0;

  constructor(processes: Processes, pid: number, program: string) {
    this.#processes = processes;
    this.#pid = pid;
    this.#program = program;
  }

  async #start(what: string, ...args: string[]): Promise<Channel> {
    const name = `internet-${what}-${++this.#made}`;
    const [command, words] = inNetworkOf(this.#pid, this.#program, ...args);
    await this.#processes.start({ name, command, args: words });
    return new Channel(this.#processes, name);
  }

  /** The attacker listens; notes who comes and what is sent. */
  async listen(port: number, options: ChannelOptions = {}): Promise<Channel> {
    const channel = await this.#start('listen', 'listen', ...channelArguments(options), `${ATTACKER}:${port}`);
    await channel.until('it listens', ({ event }) => event === 'listening');
    return channel;
  }

  /** The attacker connects to a pod. */
  async dial(pod: { ip: string }, port: number, options: ChannelOptions = {}): Promise<Channel> {
    return this.#start('dial', 'dial', ...channelArguments(options), `-from=${ATTACKER}`, `${pod.ip}:${port}`);
  }

  /** Runs a program there to its end; gives back its output. */
  run(...command: string[]): Promise<string> {
    return inNetwork(this.#pid, ...command);
  }
}
