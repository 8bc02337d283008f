import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { record, text } from '../../kit/json.ts';
import type { Message, Sender } from '../send/sender.ts';

/** Keeps what is sent; with a folder, each message is written into it as those who subscribed would get it. */
export class LocalSender implements Sender {
  readonly sent: { destination: string; message: Message }[] = [];
  /** The files written so far. */
  readonly files: string[] = [];
  readonly #folder: string | undefined;

  constructor(folder?: string) {
    this.#folder = folder;
  }

  async send(destination: string, message: Message): Promise<undefined> {
    this.sent.push({ destination, message });
    if (this.#folder === undefined) return undefined;
    await mkdir(this.#folder, { recursive: true });
    const number = String(this.sent.length).padStart(3, '0');
    for (const [protocol, body] of Object.entries(bodies(message))) {
      const mail = protocol === 'email';
      const file = join(this.#folder, `${number}-${destination}-${protocol}.${mail ? 'txt' : 'json'}`);
      await writeFile(file, mail ? `Subject: ${message.subject}\n\n${body}` : `${body}\n`);
      this.files.push(file);
    }
    return undefined;
  }
}

/** The body for each protocol, as SNS splits them; `default` is for all protocols that have none of their own. */
export function bodies({ body, byProtocol }: Message): { default: string; [protocol: string]: string } {
  if (!byProtocol) return { default: body };
  const texts = Object.entries(record(JSON.parse(body))).map(([protocol, each]) => [protocol, text(each) ?? '']);
  return { default: '', ...Object.fromEntries(texts) };
}
