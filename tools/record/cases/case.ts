/** A named piece of what happens to a cluster. */
import type { Twin } from '../../twin/twin.ts';
import type { ActorName } from '../actors.ts';
import type { Client } from '../client.ts';

export interface Scene {
  /** A client with that identity, whose requests belong to this case. */
  as(who: ActorName): Client;
  twin: Twin;
}

export interface Case {
  /** In the words of a person. */
  name: string;
  run(scene: Scene): Promise<unknown>;
}
