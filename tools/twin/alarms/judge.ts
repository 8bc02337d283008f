/**
 * CloudWatch's part in alarms: evaluates each of the account's every minute, and sends what it does then. SIMULATED: see
 * `evaluate.ts`; what is written of metrics is in the emulator (`emulator/metrics.py`).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import type { Emulator } from '../emulator.ts';
import { clientSettings } from '../identities.ts';
import { type Alarm, evaluateAlarm, type Written } from './evaluate.ts';
import type { AlarmState } from './state.ts';

interface Seen {
  alarms: Alarm[];
  metrics: Written[];
}

/** A change of an alarm's state. */
interface Transition {
  alarm: string;
  from: AlarmState;
  to: AlarmState;
  /** Epoch milliseconds. */
  at: number;
}

/** The longest of our alarms looks back at five periods of ten minutes. */
const LOOKS_BACK_MINUTES = 60;

export class AlarmJudge {
  readonly #emulator: Emulator;
  readonly #cloudWatch: CloudWatchClient;
  readonly transitions: Transition[] = [];
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(emulator: Emulator) {
    this.#emulator = emulator;
    this.#cloudWatch = new CloudWatchClient(clientSettings(emulator));
  }

  /** Evaluates the alarms every minute, until {@link stop}. */
  start(): void {
    this.#running = this.#judge();
  }

  /** @throws what made it stop before, if anything did */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #judge(): Promise<void> {
    while (!this.#stopped) {
      const until = Date.now();
      const { alarms, metrics } = await this.#seen(until);
      for (const alarm of alarms) {
        const to = evaluateAlarm(alarm, metrics, until, this.#emulator.minuteMs);
        const { AlarmName, StateValue: from } = alarm;
        if (to === from) continue;
        this.transitions.push({ alarm: AlarmName, from, to, at: until });
        await this.#cloudWatch.send(
          new SetAlarmStateCommand({ AlarmName, StateValue: to, StateReason: 'simulated: the twin has evaluated it' }),
        );
      }
      await sleep(Math.max(50, until + this.#emulator.minuteMs - Date.now()));
    }
  }

  async #seen(until: number): Promise<Seen> {
    const since = (until - LOOKS_BACK_MINUTES * this.#emulator.minuteMs) / 1_000;
    const answer = await fetch(`${this.#emulator.url}/_twin/cloudwatch?since=${since}`);
    return (await answer.json()) as Seen;
  }
}
