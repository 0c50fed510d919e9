// Tells an operator's command of an alarm: JSON on standard input, variables for those who read no JSON.
// It must never let a credential of the host through, nor outlive its time limit.
import type { Clock } from '../../transport/ports.ts';
import { startProcessGroup } from '../../transport/process/process-group.ts';
import type { AlarmNotice } from './alarm-notice.ts';

const TIME_LIMIT_MS = 30_000;
const KILL_GRACE_MS = 2_000;
/** What is kept of its output, for the log when it fails. */
const KEPT_OUTPUT_BYTES = 400;
/** What may be taken over from the host's own environment; besides, every `LC_*`. */
const ALLOWED = ['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'TZ', 'TMPDIR'];
const PATH_DEFAULT = '/usr/local/bin:/usr/bin:/bin';

export interface AlarmCommandOptions {
  command: string;
  /** Where it is run. */
  folder: string;
  /** The host's own environment. */
  environment: Readonly<Record<string, string | undefined>>;
  clock: Clock;
  /** Aborted when the host ends. */
  signal: AbortSignal;
}

/** Null when it ended with exit code 0, otherwise why not, in words. Never rejects. */
export async function runAlarmCommand(
  notice: AlarmNotice,
  { command, folder, environment, clock, signal }: AlarmCommandOptions,
): Promise<string | null> {
  let output = Buffer.alloc(0);
  const onOutput = (chunk: Uint8Array) => {
    output = Buffer.concat([output, chunk]).subarray(-KEPT_OUTPUT_BYTES);
  };
  try {
    const group = await startProcessGroup({
      ...{ command, clock, onOutput, cwd: folder, killGraceMs: KILL_GRACE_MS },
      environment: environmentOf(notice, environment),
      input: `${JSON.stringify(notice)}\n`,
    });
    let ended = '';
    const end = (why: string) => {
      ended ||= why;
      // A group that cannot be ended is reported by `exit`.
      group.terminate().catch(() => {});
    };
    const cancel = clock.after(TIME_LIMIT_MS, () => end(`not done within ${TIME_LIMIT_MS} ms`));
    const stop = () => end('the host stopped');
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    const exit = await group.exit.finally(() => {
      cancel();
      signal.removeEventListener('abort', stop);
    });
    if (ended === '' && exit.code === 0) return null;
    const how = ended || `exit code ${exit.code ?? `none, ${exit.signal}`}`;
    return output.length === 0 ? how : `${how}: ${output.toString('utf8').trim()}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function environmentOf(
  notice: AlarmNotice,
  host: AlarmCommandOptions['environment'],
): Record<string, string> {
  const taken = Object.entries(host).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && (ALLOWED.includes(entry[0]) || /^LC_[A-Z]+$/.test(entry[0])),
  );
  const told = {
    ONCEWARD_ALARM_ID: notice.id,
    ONCEWARD_ALARM_REASON: notice.reason,
    ONCEWARD_ALARM_ADDRESS: notice.address,
    ONCEWARD_ALARM_MESSAGE: notice.message,
    ONCEWARD_ALARM_AT: notice.at,
    ONCEWARD_ALARM_BY: notice.by,
  };
  // A zero byte cannot stand in an environment: it would keep the command from starting at all.
  const clean = Object.entries(told).map(([name, text]) => [name, text.replaceAll('\0', '')]);
  return { PATH: PATH_DEFAULT, ...Object.fromEntries(taken), ...Object.fromEntries(clean) };
}
