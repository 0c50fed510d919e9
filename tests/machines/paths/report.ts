// Prints every transition of every machine with how often it was exercised, and those that never were.
// It must never end with 0 when one was not.
//
// npm run transitions   SEED=20261123   LIVES=400

import { ACCOUNT_LAWS } from './account-laws.ts';
import type { Laws } from './actor-model.ts';
import { commandLives } from './command-lives.ts';
import { DEPLOYMENT_LAWS } from './deployment-laws.ts';
import { ITEM_LAWS } from './item-laws.ts';
import { MERGE_LAWS } from './merge-laws.ts';
import { RUN_LAWS } from './run-laws.ts';
import {
  ACCOUNT_SUBJECT,
  DEPLOYMENT_SUBJECT,
  ITEM_SUBJECT,
  MERGE_SUBJECT,
  RUN_SUBJECT,
  type Subject,
} from './subjects.ts';
import { walkAllPaths } from './walked-paths.ts';

const seed = Number(process.env['SEED'] ?? 20_261_123);
const lives = Number(process.env['LIVES'] ?? 400);

const missing = [
  report(RUN_SUBJECT, RUN_LAWS),
  report(ITEM_SUBJECT, ITEM_LAWS),
  report(ACCOUNT_SUBJECT, ACCOUNT_LAWS),
  report(MERGE_SUBJECT, MERGE_LAWS),
  report(DEPLOYMENT_SUBJECT, DEPLOYMENT_LAWS),
];
process.exitCode = missing.some((count) => count > 0) ? 1 : 0;

/** Returns how many transitions of this machine were never taken. */
function report<Context>(subject: Subject<Context>, laws: Laws): number {
  const paths = walkAllPaths(subject);
  const random = commandLives(subject, laws, { seed, lives });
  const byCommands = new Map(random.tally.rows().map(({ key, count }) => [key, count]));
  say(`\n${subject.machine.id}`);
  say(line(['paths', 'commands', 'transition', 'only if', 'to']));
  for (const { key, count, guard, to } of paths.tally.rows()) {
    say(line([String(count), String(byCommands.get(key) ?? 0), key, guard ?? '', to ?? '(stays)']));
  }
  const unexercised = paths.tally.unexercised().filter((key) => byCommands.get(key) === 0);
  say(
    `${paths.pathCount} paths of ${paths.stepCount} steps; differences ${paths.differences.length}`,
  );
  say(
    `${lives} lives of ${random.commandCount} commands, seed ${seed}: ${answers(random.outcomes)}`,
  );
  const total = paths.tally.rows().length;
  const names = unexercised.length === 0 ? '' : `: ${unexercised.join(', ')}`;
  say(`${total} transitions, never exercised: ${unexercised.length}${names}`);
  return unexercised.length;
}

function answers(outcomes: ReadonlyMap<string, number>): string {
  return [...outcomes].map(([answer, count]) => `${answer} ${count}`).join(', ');
}

function line([paths = '', commands = '', key = '', guard = '', to = '']: string[]): string {
  const counts = `${paths.padStart(7)} ${commands.padStart(9)}`;
  return `${counts}  ${key.padEnd(40)} ${guard.padEnd(24)} ${to}`.trimEnd();
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
