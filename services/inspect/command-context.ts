// What every command is given instead of reaching for the process: where to write, whom to ask,
// what the environment said. Types only; main.ts makes one.
import type { Environment } from '../config/environment.ts';

export type OutputFormat = 'table' | 'json' | 'jsonl';
export type TextStyle = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Standard output or standard error. */
export interface Sink {
  text(chunk: string | Uint8Array): void;
  line(text: string): void;
  isTerminal: boolean;
  /** Width in characters; undefined when it is no terminal. */
  columns: number | undefined;
}

/** The options that every command understands. */
export interface GlobalOptions {
  nats?: string;
  stateDir?: string;
  config?: string;
  output: OutputFormat;
  verbose?: boolean;
}

export interface CommandContext {
  out: Sink;
  err: Sink;
  output: OutputFormat;
  /** Styles a text for standard output; plain where colours are off. */
  style: (style: TextStyle, text: string) => string;
  environment: Environment;
  /** The whole environment, for the processes that are started. */
  variables: Readonly<Record<string, string | undefined>>;
  /** The folder the command was called in. */
  directory: string;
  homeDirectory: string;
  /** Absolute. */
  configurationFile: string;
  /** Absolute. */
  stateDirectory: string;
  /** From `--nats` or `NATS_URL`; undefined when neither names a server. */
  natsUrl: string | undefined;
  /** Who is asking, `operator:<user>`. */
  operator: string;
  /** Name of this machine, as workers on it announce it. */
  machine: string;
  nodeVersion: string;
  readInput(): Promise<string>;
  /** Aborted by the first SIGINT or SIGTERM, which then no longer end the process at once. */
  stopSignal(): AbortSignal;
  /** Calls back on each SIGHUP. */
  onReload(callback: () => void): void;
}
