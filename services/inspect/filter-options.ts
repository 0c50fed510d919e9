// The options by which actors are chosen, the same wherever a command takes a filter.
// It must never read an option that it has not declared.
import { type Command, Option } from 'commander';
import type { ActorFilter } from '../queries/actor-filter.ts';
import { durationArgument } from './argument-parsers.ts';

/** As commander parsed them; the durations in milliseconds. */
export interface FilterOptions {
  project?: string;
  item?: string;
  stage?: string;
  state?: string;
  since?: number;
  olderThan?: number;
  claimant?: string;
  text?: string;
}

/** `--project --item --stage --state --since --older-than --claimant --text` */
export function filtered(command: Command): Command {
  for (const option of filterOptions()) command.addOption(option);
  return command;
}

function filterOptions(): Option[] {
  return [
    new Option('--project <name>', 'only those of this project'),
    new Option('--item <name>', 'only this item, or its runs'),
    new Option('--stage <name>', 'only those in this stage'),
    new Option('--state <state>', 'only those in this state; active covers active.working'),
    new Option('--since <duration>', 'only those changed within it').argParser(durationArgument),
    new Option(
      '--older-than <duration>',
      'only those that have been in their state for so long',
    ).argParser(durationArgument),
    new Option(
      '--claimant <identity>',
      'only those that this worker or claimant holds; a * at the end covers all that begin so',
    ),
    new Option('--text <text>', 'only those with it in their address or title, whatever the case'),
  ];
}

export function filterOf({ since, olderThan, ...options }: FilterOptions): ActorFilter {
  const { project, item, stage, state, claimant, text } = options;
  const times = { changedWithinMs: since, olderThanMs: olderThan };
  return { project, item, stage, state, claimant, text, ...times };
}
