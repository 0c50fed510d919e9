// Ends a nats-server that outlived the onceward which had started it.
// It must only be called by whoever holds the store's lock, and only ends a server on that store.
import { readFile } from 'node:fs/promises';
import { OncewardError } from '../errors.ts';
import { commandLine, hasEnded, processMark } from './local-process.ts';

const TERM_LIMIT_MS = 10_000;
const KILL_LIMIT_MS = 5_000;

export interface ServerTraces {
  /** Where the server wrote its process id. */
  pidFile: string;
  /** The configuration it was started with: tells it from any other process. */
  config: string;
}

/**
 * Looks for a living server on the store and ends it, by force if need be.
 * @throws STORE_IN_USE when it cannot be ended
 */
export async function endLeftoverServer(
  { pidFile, config }: ServerTraces,
  report: (line: string) => void,
): Promise<void> {
  const pid = Number(await readFile(pidFile, 'utf8').catch(() => ''));
  if (!Number.isInteger(pid) || pid <= 1) return;
  const mark = await processMark(pid);
  const command = await commandLine(pid);
  // The pid may long since belong to somebody else.
  if (mark === null || !command?.includes(` -c ${config} `)) return;
  report(`stopping nats-server pid ${pid}, left behind by an onceward that was killed`);
  signal(pid, 'SIGTERM');
  if (await hasEnded(pid, mark, TERM_LIMIT_MS)) return;
  signal(pid, 'SIGKILL');
  if (await hasEnded(pid, mark, KILL_LIMIT_MS)) return;
  throw new OncewardError('STORE_IN_USE', `nats-server pid ${pid} on this store cannot be ended`, {
    details: { pid },
  });
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended in the meantime.
  }
}
