// What a person decides about items, one or many, as commander knows it.
import type { Command } from 'commander';
import { repeated, type Timed, timed } from './asking-options.ts';
import type { DecideInput, Verb } from './commands/decide-item.ts';
import { type Dispatch, optionsOf } from './dispatch.ts';
import { type FilterOptions, filtered, filterOf } from './filter-options.ts';
import { LISTING_FORMATS, outputOption } from './output-formats.ts';

interface DecidingCommand {
  name: Verb;
  description: string;
  text?: 'comment' | 'reason';
}

const COMMANDS: readonly DecidingCommand[] = [
  { name: 'approve', description: 'Approve items that await approval.', text: 'comment' },
  { name: 'reject', description: 'Reject items that await approval.', text: 'reason' },
  { name: 'cancel', description: 'Cancel items; their processes are ended first.', text: 'reason' },
  { name: 'retry', description: 'Try again parked items, with one more verdict granted.' },
  { name: 'pause', description: 'Pause items before their next stage.', text: 'reason' },
  { name: 'resume', description: 'Let paused items go on.' },
];

const ABOUT_MANY =
  ' Those that are named, or all that a filter finds: each only if it is still as it was read. Ends with 6 when ' +
  'some refuse it, or have moved meanwhile.';

export function addDecisions(program: Command, dispatch: Dispatch): void {
  for (const one of COMMANDS) addDecision(program, dispatch, one);
}

function addDecision(program: Command, dispatch: Dispatch, one: DecidingCommand): void {
  const command = program
    .command(one.name)
    .description(one.description + ABOUT_MANY)
    .argument('[items...]', 'project/item; without any, a filter chooses')
    .option('--dry-run', 'send nothing: show for each what would come of it')
    .option('-y, --yes', 'do not ask before something is sent to all that a filter finds')
    .addOption(outputOption(LISTING_FORMATS));
  if (one.text !== undefined) command.option(`--${one.text} <text>`, 'why; kept with the item');
  filtered(repeated(timed(command))).action((items: string[], _, self: Command) => {
    const options = optionsOf<DecideOptions>(self);
    const { timeout: timeoutMs, dryRun: isDryRun = false, yes: isConfirmed = false } = options;
    const filter = filterOf(options);
    const input = { ...options, verb: one.name, items, filter, timeoutMs, isDryRun, isConfirmed };
    return dispatch(async () => (await import('./commands/decide-item.ts')).decide, input, options);
  });
}

type DecideOptions = Pick<DecideInput, 'comment' | 'reason' | 'ifRevision' | 'id'> &
  FilterOptions &
  Timed & { dryRun?: boolean; yes?: boolean };
