// The commands on merge queues, as commander knows them: `onceward queue`, `queue freeze`, `queue move`, …
import { type Command, Option } from 'commander';
import { repeated, type Timed, timed } from './asking-options.ts';
import type { QueueSteerInput } from './commands/queue/steer.ts';
import { type Dispatch, optionsOf } from './dispatch.ts';
import { ADDRESSED_FORMATS, LISTING_FORMATS, outputOption } from './output-formats.ts';

const BRANCH = 'the branch it is in front of; defaults to the base branch of the project';

export function addQueueCommands(program: Command, dispatch: Dispatch): void {
  const queue = program
    .command('queue')
    .helpCommand(false)
    .description(
      'Look at the merge queues, and steer them: who is tried when, what holds a queue up, who has its lease. ' +
        'Without more it lists them all; with a project it shows the queue of that.',
    );
  addShow(queue, dispatch);
  addFreeze(queue, dispatch);
  addResume(queue, dispatch);
  addMove(queue, dispatch);
  addEject(queue, dispatch);
}

function addShow(parent: Command, dispatch: Dispatch): void {
  parent
    .command('show', { isDefault: true })
    .description(
      'List the merge queues, or show that of a project: the order its items are tried in and what each waits for, ' +
        'the trial under way, who has the lease, what holds it up, how the last trials went. `show` may be left out.',
    )
    .argument('[project]', 'the name of a project; defaults to all')
    .option('--branch <branch>', BRANCH)
    .option(
      '--watch',
      'follow the list, or the items of the queue, until interrupted: in place on a terminal, else line by line',
    )
    .addOption(outputOption(LISTING_FORMATS))
    .action((project: string | undefined, _, command: Command) => {
      const options = optionsOf<{ branch?: string; watch?: boolean }>(command);
      const { branch, watch: isFollowing = false } = options;
      const load = async () => (await import('./commands/queue/show.ts')).queueShow;
      return dispatch(load, { project, branch, isFollowing }, options);
    });
}

function addFreeze(parent: Command, dispatch: Dispatch): void {
  const command = parent
    .command('freeze')
    .description(
      'Let nothing land until the queue is resumed. Items keep their places, and more may come; what is being tested ' +
        'is dissolved, and what is on its way to the base is ended first.',
    )
    .argument('<project>', 'the name of the project')
    .option('--reason <text>', 'why; everybody sees it who asks what the queue waits for');
  steering(command, dispatch, 'freeze');
}

function addResume(parent: Command, dispatch: Dispatch): void {
  const command = parent
    .command('resume')
    .description('Let a queue go on that is frozen, or paused for want of landings.')
    .argument('<project>', 'the name of the project');
  steering(command, dispatch, 'resume');
}

function addMove(parent: Command, dispatch: Dispatch): void {
  const to = new Option('--to <place>', 'before all others, or behind them');
  const command = parent
    .command('move')
    .description('Put an item before or behind all others. What is being tried goes on.')
    .argument('<item>', 'project/item')
    .addOption(to.choices(['first', 'last']).makeOptionMandatory());
  steering(command, dispatch, 'move');
}

function addEject(parent: Command, dispatch: Dispatch): void {
  const command = parent
    .command('eject')
    .description(
      'Take an item out of the queue and send it back, as its pipeline says of a failed stage. Refused while it is on ' +
        'its way to the base.',
    )
    .argument('<item>', 'project/item')
    .requiredOption('--reason <text>', 'why; the item gets it as feedback');
  steering(command, dispatch, 'eject');
}

type SteeringOptions = Pick<QueueSteerInput, 'branch' | 'reason' | 'to' | 'ifRevision' | 'id'> &
  Timed & { dryRun?: boolean };

function steering(command: Command, dispatch: Dispatch, verb: QueueSteerInput['verb']): void {
  command
    .option('--branch <branch>', BRANCH)
    .option('--dry-run', 'send nothing: show what it would lead to, or why it would be refused')
    .addOption(outputOption(ADDRESSED_FORMATS));
  repeated(timed(command)).action((name: string, _, self: Command) => {
    const options = optionsOf<SteeringOptions>(self);
    const { timeout: timeoutMs, dryRun: isDryRun = false } = options;
    const { branch, reason, to, ifRevision, id } = options;
    const given = { branch, reason, to, ifRevision, id };
    const input: QueueSteerInput = { ...given, verb, name, isDryRun, timeoutMs };
    const load = async () => (await import('./commands/queue/steer.ts')).queueSteer;
    return dispatch(load, input, options);
  });
}
