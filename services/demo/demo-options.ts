// What a demonstration is given by the command line. Types only.
import type { Sink, TextStyle } from '../inspect/command-context.ts';

export interface DemoOptions {
  /** Kill the worker in the middle of finalizing. */
  isCrash: boolean;
  /** One JSON document instead of the live timeline. */
  isJson: boolean;
  /** Leave the temporary folder, and say where it is. */
  isKept: boolean;
  out: Sink;
  err: Sink;
  style: (style: TextStyle, text: string) => string;
  /** The whole environment; commands get their allow-list of it. */
  variables: Readonly<Record<string, string | undefined>>;
  /** How the server's binary is found. */
  natsServer: { override: string | undefined; path: string; cacheDirectory: string };
  stopSignal: AbortSignal;
}
