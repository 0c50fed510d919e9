// Tells people of alarms, as the settings ask: a command, a webhook, a channel of Slack; a few at a time, and nobody twice
// within a while of the same. It must never hold up the host, nor fail it: what goes wrong is logged and counted.
import type { Clock } from '../../transport/ports.ts';
import type { AuditEntry } from '../actors/audit-entry.ts';
import type { Log } from '../actors/log.ts';
import { type AlarmSettings, WEBHOOK } from '../config/alarm-settings.ts';
import { runAlarmCommand } from './alarm-command.ts';
import { type AlarmNotice, noticeOf } from './alarm-notice.ts';
import { postToSlack } from './alarm-slack.ts';
import { postAlarm } from './alarm-webhook.ts';
import type { AlarmAction, AlarmActionOutcome } from './metrics.ts';

const MAX_AT_ONCE = 4;
/** Alarms that wait for their turn; beyond that they are counted, and stand in the log and the audit alone. */
const MAX_WAITING = 200;
/** Reasons and addresses that are remembered as told of; the oldest goes first. */
const MAX_TOLD = 10_000;
/** How long an ending host waits for what it has begun to tell. */
const STOP_LIMIT_MS = 3_000;

export interface AlarmActionsOptions {
  settings: AlarmSettings;
  clock: Clock;
  /** Where the command is run. */
  folder: string;
  /** The host's own environment: the secret of the webhook and the address of Slack stand there. */
  environment: Readonly<Record<string, string | undefined>>;
  log: Log;
  onEnded: (action: AlarmAction, outcome: AlarmActionOutcome) => void;
}

export interface AlarmActions {
  /** Tells of an alarm in its turn. */
  tell(entry: AuditEntry): void;
  /** From now on tells as these settings ask. */
  apply(settings: AlarmSettings): void;
  /** Begins nothing more, and gives what is under way a moment. */
  stop(): Promise<void>;
}

type Action = (notice: AlarmNotice) => Promise<string | null>;

interface Telling {
  notice: AlarmNotice;
  entry: AuditEntry;
}

export function createAlarmActions(options: AlarmActionsOptions): AlarmActions {
  const { clock, log, onEnded } = options;
  const waiting: Telling[] = [];
  const underWay = new Set<Promise<void>>();
  const stopping = new AbortController();
  const told = createToldAlready(clock);
  let actions = actionsOf(options, stopping.signal);
  let { minIntervalMs } = options.settings;

  const perform = async ({ notice, entry }: Telling): Promise<void> => {
    await Promise.all(
      [...actions].map(async ([name, action]) => {
        const problem = await action(notice);
        onEnded(name, problem === null ? 'done' : 'failed');
        if (problem === null) return;
        const { address, reason } = entry;
        log.warn({ address, reason, problem }, `the ${name} could not be told of an alarm`);
      }),
    );
  };

  const pump = () => {
    while (underWay.size < MAX_AT_ONCE) {
      const next = stopping.signal.aborted ? undefined : waiting.shift();
      if (next === undefined) return;
      const work = perform(next).finally(() => {
        underWay.delete(work);
        pump();
      });
      underWay.add(work);
    }
  };

  const count = (outcome: AlarmActionOutcome) => {
    for (const name of actions.keys()) onEnded(name, outcome);
  };

  return {
    tell(entry) {
      if (actions.size === 0 || stopping.signal.aborted) return;
      if (told.isRecent(entry, minIntervalMs)) return count('held');
      if (waiting.length >= MAX_WAITING) return count('dropped');
      told.note(entry);
      waiting.push({ notice: noticeOf(entry), entry });
      pump();
    },
    apply(settings) {
      ({ minIntervalMs } = settings);
      actions = actionsOf({ ...options, settings }, stopping.signal);
    },
    async stop() {
      for (const _ of waiting.splice(0)) count('dropped');
      const cancel = clock.after(STOP_LIMIT_MS, () => stopping.abort());
      await Promise.all(underWay);
      cancel();
      stopping.abort();
    },
  };
}

function actionsOf(options: AlarmActionsOptions, signal: AbortSignal): Map<AlarmAction, Action> {
  const { settings, clock, folder, environment } = options;
  const actions = new Map<AlarmAction, Action>();
  if (settings.command !== undefined) {
    const given = { command: settings.command, folder, environment, clock, signal };
    actions.set('command', (notice) => runAlarmCommand(notice, given));
  }
  if (settings.webhook !== undefined) {
    actions.set('webhook', webhookAction(settings.webhook, { options, signal }));
  }
  if (settings.slackWebhookVariable !== undefined) {
    actions.set('slack', slackAction(settings.slackWebhookVariable, { options, signal }));
  }
  return actions;
}

interface Given {
  options: AlarmActionsOptions;
  signal: AbortSignal;
}

function webhookAction(url: string, { options, signal }: Given): Action {
  const { clock, environment, settings } = options;
  const { webhookSecretVariable: variable } = settings;
  const secret = variable === undefined ? null : environment[variable] || undefined;
  if (secret !== undefined) return (notice) => postAlarm(notice, { url, secret, clock, signal });
  return never(
    `the variable ${variable} is not set: alarms cannot be signed, and are not sent`,
    options,
  );
}

function slackAction(variable: string, { options, signal }: Given): Action {
  const { clock, environment } = options;
  const url = environment[variable]?.trim() ?? '';
  if (WEBHOOK.test(url) && URL.canParse(url)) {
    return (notice) => postToSlack(notice, { url, clock, signal });
  }
  const what = url === '' ? 'is not set' : 'holds no address';
  return never(`the variable ${variable} ${what}: alarms are not sent to Slack`, options);
}

function never(problem: string, { log }: AlarmActionsOptions): Action {
  log.error({}, problem);
  return async () => problem;
}

function createToldAlready(clock: Clock) {
  const atMs = new Map<string, number>();
  const keyOf = ({ reason, address }: AuditEntry) => `${reason}\n${address}`;
  return {
    isRecent(entry: AuditEntry, minIntervalMs: number): boolean {
      const lastMs = atMs.get(keyOf(entry));
      return lastMs !== undefined && clock.monotonicMs() - lastMs < minIntervalMs;
    },
    note(entry: AuditEntry): void {
      atMs.delete(keyOf(entry));
      atMs.set(keyOf(entry), clock.monotonicMs());
      const oldest = atMs.size > MAX_TOLD ? atMs.keys().next().value : undefined;
      if (oldest !== undefined) atMs.delete(oldest);
    },
  };
}
