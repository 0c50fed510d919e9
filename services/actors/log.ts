// What hosts and workers write for the people who run them: fields first, then one sentence.

export interface Log {
  /** Left out where nobody reads that much. */
  debug?(fields: Record<string, unknown>, message: string): void;
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}
