// The commands that only look, as commander knows them.
import { Argument, type Command, Option } from 'commander';
import {
  conditionArgument,
  durationArgument,
  numberArgument,
  placeArgument,
  timeoutOption,
} from './argument-parsers.ts';
import type { EventsInput } from './commands/events.ts';
import type { LogsInput } from './commands/logs.ts';
import type { PsInput } from './commands/ps.ts';
import type { ShowInput } from './commands/show.ts';
import type { WaitInput } from './commands/wait.ts';
import type { WatchInput } from './commands/watch.ts';
import type { WhyInput } from './commands/why.ts';
import { addDeliveries } from './delivery-command.ts';
import { type Dispatch, optionsOf } from './dispatch.ts';
import { type FilterOptions, filtered, filterOf } from './filter-options.ts';
import { ADDRESSED_FORMATS, LISTING_FORMATS, outputOption } from './output-formats.ts';

const ADDRESS =
  'project/item, project/item/stage[/attempt], account.<owner>.<name>, merge.<project>.<branch> or deployment.<project>.<environment>';
const WAIT_MS_DEFAULT = 60_000;
const PS_KINDS: readonly PsInput['kind'][] = [
  ...(['items', 'runs', 'workers', 'timers', 'leases', 'merges', 'deployments'] as const),
];

export function addReadingCommands(program: Command, dispatch: Dispatch): void {
  addPs(program, dispatch);
  addTop(program, dispatch);
  addAccounts(program, dispatch);
  addShow(program, dispatch);
  addWhy(program, dispatch);
  addWatch(program, dispatch);
  addEvents(program, dispatch);
  addWait(program, dispatch);
  addLogs(program, dispatch);
  addDeliveries(program, dispatch);
}

function addPs(program: Command, dispatch: Dispatch): void {
  const command = program
    .command('ps')
    .description(
      'List items, runs, hosts and workers, deadlines (timers), claims that have not advanced yet (leases), ' +
        'merge queues or deployments.',
    )
    .addArgument(new Argument('[kind]', 'what to list').choices(PS_KINDS).default('items'))
    .option('--all', 'finished and archived ones, too')
    .option('--watch', 'follow them until interrupted: in place on a terminal, else line by line')
    .addOption(outputOption(LISTING_FORMATS));
  filtered(command).action((kind: PsInput['kind'], _, self: Command) => {
    const options = optionsOf<FilterOptions & { all?: boolean; watch?: boolean }>(self);
    const filter = { ...filterOf(options), isArchiveIncluded: options.all ?? false };
    const input: PsInput = { kind, filter, isFollowing: options.watch ?? false };
    return dispatch(async () => (await import('./commands/ps.ts')).ps, input, options);
  });
}

function addTop(program: Command, dispatch: Dispatch): void {
  program
    .command('top')
    .description(
      'A live board of items by stage, workers, queues, the last minute and alarms. On a terminal: q quits, ' +
        'p pauses, enter says why, / filters. Elsewhere: what it shows at the moment.',
    )
    .action((_, command: Command) =>
      dispatch(async () => (await import('./commands/top.ts')).top, {}, optionsOf(command)),
    );
}

function addAccounts(program: Command, dispatch: Dispatch): void {
  program
    .command('accounts')
    .description(
      'List the accounts that agents live by: of each project and each provider whether it is suspended, why and ' +
        'until when, and what was used today, yesterday and in all. A price that nobody has said is not guessed.',
    )
    .argument('[account]', 'project or provider, or one of them with a name: provider/claude')
    .option('--watch', 'follow them until interrupted: in place on a terminal, else line by line')
    .addOption(outputOption(LISTING_FORMATS))
    .action((account: string | undefined, _, command: Command) => {
      const options = optionsOf<{ watch?: boolean }>(command);
      const input = { account, isFollowing: options.watch ?? false };
      const load = async () => (await import('./commands/accounts.ts')).accounts;
      return dispatch(load, input, options);
    });
}

function addShow(program: Command, dispatch: Dispatch): void {
  program
    .command('show')
    .description(
      'Show the record of an item, a run, an account, a merge queue or a deployment, archived ones included.',
    )
    .argument('<address>', ADDRESS)
    .option('--history', 'its earlier revisions, too: at most the 64 newest')
    .option('--at <revision>', 'the record as it was at this revision', numberArgument)
    .option(
      '--diff <revision>',
      'what differs between this revision and the present one, or that of --at',
      numberArgument,
    )
    .addOption(outputOption(ADDRESSED_FORMATS))
    .action((address: string, _, command: Command) => {
      const options = optionsOf<Pick<ShowInput, 'at' | 'diff'> & { history?: boolean }>(command);
      const input: ShowInput = { ...options, address, hasHistory: options.history ?? false };
      return dispatch(async () => (await import('./commands/show.ts')).show, input, options);
    });
}

function addWhy(program: Command, dispatch: Dispatch): void {
  program
    .command('why')
    .description(
      'Say why an item, a run, an account or a merge queue stands where it stands: what it waits for, who is to move it on, which ' +
        'timer comes next, what was refused, and what you can do now.',
    )
    .argument('<address>', ADDRESS)
    .addOption(outputOption(ADDRESSED_FORMATS))
    .action((address: string, _, command: Command) => {
      const options = optionsOf(command);
      const input: WhyInput = { address };
      return dispatch(async () => (await import('./commands/why.ts')).why, input, options);
    });
}

function addWatch(program: Command, dispatch: Dispatch): void {
  const outcome = new Option('--outcome <outcome>', 'only events of which this came');
  const after = new Option(
    '--after <sequence>',
    'go on behind the entry with this sequence, or sequence.position; comes before --since',
  );
  program
    .command('watch')
    .description(
      'Follow what happens: every event, applied or refused, until interrupted. A lost connection is waited ' +
        'out: nothing is missed, nothing shown twice.',
    )
    .argument(
      '[filter]',
      'project[/item[/stage[/attempt]]], account.<owner>.<name>, merge.<project>.<branch> or deployment.<project>.<environment>; defaults to everything',
    )
    .option('--since <duration>', 'begin so long ago, for example 10m', durationArgument)
    .addOption(outcome.choices(['applied', 'refused', 'repeated', 'alarm']))
    .addOption(after.argParser(placeArgument))
    .action((filter: string | undefined, _, command: Command) => {
      const { since, ...options } = optionsOf<
        Pick<WatchInput, 'outcome' | 'after'> & { since?: number }
      >(command);
      const input = { ...options, filter, ...(since === undefined ? {} : { sinceMs: since }) };
      return dispatch(async () => (await import('./commands/watch.ts')).watch, input, options);
    });
}

function addEvents(program: Command, dispatch: Dispatch): void {
  program
    .command('events')
    .description(
      'Print what happened to one item, run, account, merge queue or deployment since it was opened: applied, repeated and refused events, alarms, ' +
        'and the claims it saw lose.',
    )
    .argument('<address>', ADDRESS)
    .option('-f, --follow', 'go on until interrupted')
    .action((address: string, _, command: Command) => {
      const options = optionsOf<{ follow?: boolean }>(command);
      const input: EventsInput = { address, isFollowing: options.follow ?? false };
      return dispatch(async () => (await import('./commands/events.ts')).events, input, options);
    });
}

function addWait(program: Command, dispatch: Dispatch): void {
  program
    .command('wait')
    .description(
      'Wait until an item, a run, an account, a merge queue or a deployment is in a state, or has been since the command began. It need not ' +
        'exist yet. Ends with 6 when it has ended in another state, 124 when time is up.',
    )
    .argument('<address>', ADDRESS)
    .requiredOption(
      '--for <condition>',
      'state=<name>; `active` covers the rest',
      conditionArgument,
    )
    .addOption(timeoutOption('how long at most', WAIT_MS_DEFAULT))
    .addOption(outputOption(ADDRESSED_FORMATS))
    .action((address: string, _, command: Command) => {
      const options = optionsOf<{ for: string; timeout: number }>(command);
      const input: WaitInput = { address, for: options.for, timeoutMs: options.timeout };
      return dispatch(async () => (await import('./commands/wait.ts')).wait, input, options);
    });
}

function addLogs(program: Command, dispatch: Dispatch): void {
  program
    .command('logs')
    .description('Print the output of a run whose worker is on this machine.')
    .argument('<run>', 'project/item/stage[/attempt]')
    .option('-f, --follow', 'go on until the command has ended')
    .option('--epoch <number>', 'an earlier generation of the run', numberArgument)
    .action((address: string, _, command: Command) => {
      const options = optionsOf<{ follow?: boolean; epoch?: number }>(command);
      const epoch = options.epoch === undefined ? {} : { epoch: options.epoch };
      const input: LogsInput = { address, isFollowing: options.follow ?? false, ...epoch };
      return dispatch(async () => (await import('./commands/logs.ts')).logs, input, options);
    });
}
