// Options that every command has which sends an event.
import type { Command } from 'commander';
import { numberArgument, timeoutOption } from './argument-parsers.ts';

const ANSWER_MS_DEFAULT = 10_000;

export interface Timed {
  timeout: number;
}

/** `--timeout` */
export function timed(command: Command): Command {
  return command.addOption(timeoutOption('how long to wait for the answer', ANSWER_MS_DEFAULT));
}

/** `--if-revision` and `--id` */
export function repeated(command: Command): Command {
  return command
    .option('--if-revision <number>', 'only if the record is at this revision', numberArgument)
    .option('--id <id>', 'id of the event; repeating it under the same id is harmless');
}
