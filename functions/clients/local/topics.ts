import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Message, Topics } from '../send/topics.ts';
import type { Channel } from '../table/findings-table.ts';

/** Topics that keep what is published; with a folder, each message is written into it as its subscribers would get it. */
export class LocalTopics implements Topics {
  readonly published: { channel: Channel; message: Message }[] = [];
  /** The files written so far. */
  readonly files: string[] = [];
  readonly #folder: string | undefined;

  constructor(folder?: string) {
    this.#folder = folder;
  }

  async publish(channel: Channel, message: Message): Promise<void> {
    this.published.push({ channel, message });
    if (this.#folder === undefined) return;
    await mkdir(this.#folder, { recursive: true });
    const number = String(this.published.length).padStart(3, '0');
    for (const [protocol, body] of Object.entries(bodies(message))) {
      const mail = protocol === 'email';
      const file = join(this.#folder, `${number}-${channel}-${protocol}.${mail ? 'txt' : 'json'}`);
      await writeFile(file, mail ? `Subject: ${message.subject}\n\n${body}` : `${body}\n`);
      this.files.push(file);
    }
  }
}

/** The body for each protocol, as SNS splits them; `default` is for all protocols that have none of their own. */
export function bodies({ body, byProtocol }: Message): { default: string; [protocol: string]: string } {
  return byProtocol ? (JSON.parse(body) as { default: string }) : { default: body };
}
