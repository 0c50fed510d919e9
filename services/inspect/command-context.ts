// What every command is given instead of reaching for the process: where to write, whom to ask,
// what the environment said. Types only; main.ts makes one.
import type { Environment } from '../config/environment.ts';

/** Which of them a command knows, it declares: output-formats.ts. */
export type OutputFormat =
  | 'table'
  /** A table with more columns, none of them cut off. */
  | 'wide'
  | 'json'
  | 'jsonl'
  /** Addresses, one a line. */
  | 'name'
  | 'mermaid'
  | 'svg'
  | 'png';
/** Distances from now, or moments in UTC. */
export type TimeStyle = 'relative' | 'iso';
export type TextStyle = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan' | 'inverse';

/** Standard output or standard error. */
export interface Sink {
  text(chunk: string | Uint8Array): void;
  line(text: string): void;
  isTerminal: boolean;
  /** Width in characters, as it is now; undefined when it is no terminal. */
  readonly columns: number | undefined;
}

/** A terminal that is read and written: what a person types, and the place to draw on. */
export interface Screen {
  readonly columns: number;
  readonly rows: number;
  text(chunk: string): void;
  /**
   * Takes the whole screen, without a cursor; the returned function gives it back as it was. The end of the
   * process does, too, whatever ends it but SIGKILL.
   */
  enter(): () => void;
  /** Calls back after each change of size; the returned function ends that. */
  onResize(callback: () => void): () => void;
  /** Calls back with what each key press sends, unechoed; the returned function ends that. */
  onKeys(callback: (keys: string) => void): () => void;
}

/** The options that every command understands. */
export interface GlobalOptions {
  nats?: string;
  stateDir?: string;
  config?: string;
  output: OutputFormat;
  /** False for `--no-headers`. */
  headers?: boolean;
  time?: TimeStyle;
  color?: 'auto' | 'always' | 'never';
  verbose?: boolean;
}

export interface CommandContext {
  out: Sink;
  err: Sink;
  output: OutputFormat;
  /** Whether tables begin with the names of their columns. */
  hasHeaders: boolean;
  /** As `--time` asks; undefined leaves it to the command. */
  timeStyle: TimeStyle | undefined;
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
  /** Of onceward. */
  version: string;
  nodeVersion: string;
  readInput(): Promise<string>;
  /** Null unless standard input and standard output are a terminal. */
  screen: Screen | null;
  /**
   * Asks on standard error; null where nobody can answer because standard input is no terminal.
   * Resolves with what was typed, empty at the end of input.
   */
  ask: ((question: string) => Promise<string>) | null;
  /** Aborted by the first SIGINT or SIGTERM, which then no longer end the process at once. */
  stopSignal(): AbortSignal;
  /** Resolves after so many milliseconds: for limits that hold before there is a server, and its clock. */
  delay(delayMs: number): Promise<void>;
  /** Calls back on each SIGHUP. */
  onReload(callback: () => void): void;
}
