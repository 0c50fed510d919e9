// The command line. Arguments, environment, working folder, streams and signals are read here and
// nowhere else; everything behind it gets them as parameters.
import { readFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { styleText } from 'node:util';
import { CommanderError } from 'commander';
import { OncewardError } from '../transport/errors.ts';
import { machineName } from '../transport/identity.ts';
import { type Environment, readEnvironment, usesColor } from './config/environment.ts';
import type { CommandContext, GlobalOptions, Sink } from './inspect/command-context.ts';
import type { Dispatch } from './inspect/dispatch.ts';
import { errorLines } from './inspect/error-report.ts';
import { EXIT, exitCodeOf } from './inspect/exit-codes.ts';
import { buildProgram, calledCommand } from './inspect/program.ts';
import { askerOf, screenOf } from './inspect/terminal-screen.ts';

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
if (isStopOrderly) {
  // The end of a process does not wait for what a pipe has not taken yet.
  await Promise.all([process.stdout, process.stderr].map(flushed));
  process.exit();
}

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
    onUsageError: (message) => report(new OncewardError('USAGE', message), calledCommand(program)),
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has said it by itself: help and version are no errors, everything else is usage.
    if (error instanceof CommanderError) return isHelp(error) ? EXIT.done : EXIT.usage;
    report(error, calledCommand(program));
    return exitCodeOf(error);
  }
}

function createContext(options: GlobalOptions): CommandContext {
  const environment = readEnvironment(process.env);
  const directory = process.cwd();
  const hasColor = isColored(options, environment);
  return {
    out,
    err,
    output: options.output,
    hasHeaders: options.headers ?? true,
    timeStyle: options.time,
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
    version: ownVersion(),
    nodeVersion: process.versions.node,
    readInput: () => text(process.stdin),
    // Only when asked for: to touch standard input is to open it.
    get screen() {
      return screenOf(process.stdin, process.stdout);
    },
    get ask() {
      return askerOf(process.stdin, process.stderr);
    },
    stopSignal: () => {
      isStopOrderly = true;
      return stop.signal;
    },
    delay: (delayMs) => setTimeout(delayMs),
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
    get columns() {
      return stream.columns;
    },
  };
}

/** `--color` decides, then the environment, then the terminal. What programs read is never coloured. */
function isColored({ color, output }: GlobalOptions, environment: Environment): boolean {
  if (color === 'never' || output === 'json' || output === 'jsonl') return false;
  return color === 'always' || usesColor(environment, process.stdout.isTTY);
}

/** Resolves once everything written so far has been taken, or nobody is there to take it. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}

function end(exitCode: number): void {
  if (!isStopOrderly || stop.signal.aborted) process.exit(exitCode);
  stop.abort();
}

function report(error: unknown, command: string | null): void {
  for (const line of errorLines(error, { isVerbose, command })) err.line(line);
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
