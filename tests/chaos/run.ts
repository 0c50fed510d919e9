// `npm run chaos`: reads the command line, runs the chaos and says how it went, by its exit code as well.
// It must never leave a process or, unless asked to, a folder behind.
import { randomInt } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChaos } from './chaos.ts';
import { CHAOS_HELP, type ChaosOptions, readChaosOptions } from './chaos-options.ts';
import { summarize, summaryLines } from './chaos-report.ts';

const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
process.once('SIGTERM', () => stop.abort());
// At once, for all that was started has ended: a connection that is closed while it is reconnecting was seen to
// keep this process alive, and busy.
process.exit(await main(process.argv.slice(2)));

async function main(args: string[]): Promise<number> {
  const read = readChaosOptions(args, () => randomInt(2 ** 32));
  if (read.kind === 'run') return run(read.options);
  if (read.kind === 'help') {
    say(CHAOS_HELP.trimEnd());
    return EXIT.done;
  }
  process.stderr.write(`${read.message}\n${CHAOS_HELP.split('\n')[0]}\n`);
  return EXIT.usage;
}

async function run(options: ChaosOptions): Promise<number> {
  say(`seed ${options.seed}, ${options.minutes} minutes, ${options.itemsPerSecond} items a second`);
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'onceward-chaos-')));
  try {
    const result = await runChaos(options, { folder, stop: stop.signal, report: say });
    if (result === null || stop.signal.aborted) {
      say('interrupted; nothing is judged');
      return EXIT.interrupted;
    }
    const summary = summarize(options, result);
    if (options.isKept) keepHistory(folder, result);
    if (options.jsonFile !== undefined) {
      writeFileSync(options.jsonFile, `${JSON.stringify(summary, null, 2)}\n`);
    }
    for (const line of summaryLines(summary)) say(line);
    return summary.isOk ? EXIT.done : EXIT.failed;
  } catch (error) {
    process.stderr.write(`the chaos could not be carried out: ${(error as Error).stack}\n`);
    return EXIT.failed;
  } finally {
    if (options.isKept) say(`kept: ${folder}`);
    else rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** All that the audit was given, to look into what it found. */
function keepHistory(folder: string, result: unknown): void {
  mkdirSync(folder, { recursive: true });
  const plain = (_key: string, value: unknown) =>
    value instanceof Map ? Object.fromEntries(value) : value;
  writeFileSync(join(folder, 'history.json'), JSON.stringify(result, plain, 1));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
