import { MAIN_DESTINATION } from '../../../functions/alert/destinations/index.ts';
import { bodies, type LocalSender } from '../../../functions/clients/local/sender.ts';
import { type Alert, alertSchema } from '../../../functions/contract/alert.ts';
import { read } from '../../../functions/contract/read.ts';
import { isRecord } from '../../../functions/kit/json.ts';

/** A mail, with what it is about as JSON. */
export interface Mail {
  /** Counted from 1. */
  number: number;
  subject: string;
  text: string;
  json: unknown;
}

/** The mails that were sent, and which of them nobody has looked at. */
export class Mails {
  readonly #sender: LocalSender;
  #seen = 0;

  constructor(sender: LocalSender) {
    this.#sender = sender;
  }

  all(): Mail[] {
    return this.#sender.sent
      .filter(({ destination }) => destination === MAIN_DESTINATION)
      .map(({ message }, index) => {
        const { email = '', default: json } = bodies(message);
        return { number: index + 1, subject: message.subject ?? '', text: email, json: JSON.parse(json) };
      });
  }

  /** Whether there are some that nobody has looked at. */
  get hasFresh(): boolean {
    return this.all().length > this.#seen;
  }

  /** Those since the last call. */
  fresh(): Mail[] {
    const mails = this.all().slice(this.#seen);
    this.#seen += mails.length;
    return mails;
  }
}

/** The alert that a mail is about; undefined for a digest, and for what a playbook tells. */
export function alertIn({ json }: Mail): Alert | undefined {
  return isRecord(json) && 'finding' in json ? read(alertSchema, json, 'alert') : undefined;
}
