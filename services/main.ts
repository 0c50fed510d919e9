// The command line. Arguments, environment, working folder, streams and signals are read here and
// nowhere else; everything behind it gets them as parameters.
import { readFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { styleText } from 'node:util';
import { CommanderError } from 'commander';
import { OncewardError } from '../transport/errors.ts';
import { machineName } from '../transport/identity.ts';
import { readEnvironment, usesColor } from './config/environment.ts';
import type { CommandContext, GlobalOptions, Sink } from './inspect/command-context.ts';
import type { Dispatch } from './inspect/dispatch.ts';
import { errorLines } from './inspect/error-report.ts';
import { EXIT, exitCodeOf } from './inspect/exit-codes.ts';
import { buildProgram } from './inspect/program.ts';

const EXIT_TERMINATED = 143;

const out = sinkOf(process.stdout);
const err = sinkOf(process.stderr);
const stop = new AbortController();
let isStopOrderly = false;
let isVerbose = false;

process.on('SIGINT', () => end(EXIT.interrupted));
process.on('SIGTERM', () => end(EXIT_TERMINATED));
process.exitCode = await main(process.argv.slice(2));
// What a stop has given up waiting for, such as a git command under way, must not keep the process alive.
if (isStopOrderly) process.exit();

async function main(args: string[]): Promise<number> {
  let exitCode: number = EXIT.done;
  const dispatch: Dispatch = async (load, input, options) => {
    isVerbose = options.verbose ?? false;
    const command = await load();
    exitCode = await command(createContext(options), input);
  };
  const program = buildProgram({
    version: ownVersion(),
    dispatch,
    writeOut: out.text,
    writeErr: err.text,
    onUsageError: (message) => report(new OncewardError('USAGE', message)),
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has said it by itself: help and version are no errors, everything else is usage.
    if (error instanceof CommanderError) return isHelp(error) ? EXIT.done : EXIT.usage;
    report(error);
    return exitCodeOf(error);
  }
}

function createContext(options: GlobalOptions): CommandContext {
  const environment = readEnvironment(process.env);
  const directory = process.cwd();
  const hasColor = usesColor(environment, process.stdout.isTTY);
  return {
    out,
    err,
    output: options.output,
    style: (style, plain) =>
      hasColor ? styleText(style, plain, { validateStream: false }) : plain,
    environment,
    variables: process.env,
    directory,
    homeDirectory: homedir(),
    configurationFile: resolve(directory, options.config ?? environment.configurationFile),
    stateDirectory: resolve(directory, options.stateDir ?? environment.stateDirectory),
    natsUrl: options.nats ?? environment.natsUrls?.join(','),
    operator: `operator:${userName()}`,
    machine: machineName(),
    nodeVersion: process.versions.node,
    readInput: () => text(process.stdin),
    stopSignal: () => {
      isStopOrderly = true;
      return stop.signal;
    },
    onReload: (callback) => void process.on('SIGHUP', callback),
  };
}

function sinkOf(stream: NodeJS.WriteStream): Sink {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    // Whoever reads our answers may stop reading; that is their success, not our failure. A log that
    // nobody reads any more must not end a host.
    if (stream === process.stdout) process.exit(EXIT.done);
  });
  return {
    text: (chunk) => void stream.write(chunk),
    line: (line) => void stream.write(`${line}\n`),
    isTerminal: stream.isTTY ?? false,
    columns: stream.columns,
  };
}

function end(exitCode: number): void {
  if (!isStopOrderly || stop.signal.aborted) process.exit(exitCode);
  stop.abort();
}

function report(error: unknown): void {
  for (const line of errorLines(error, { isVerbose })) err.line(line);
}

function isHelp({ code, exitCode }: CommanderError): boolean {
  return exitCode === 0 || code === 'commander.helpDisplayed' || code === 'commander.version';
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry, as containers have it.
    return String(process.getuid?.() ?? 'unknown');
  }
}

function ownVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
