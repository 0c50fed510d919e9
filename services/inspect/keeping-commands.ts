// The commands that keep a life in a file and step through it, as commander knows them.
import type { Command } from 'commander';
import type { ExportInput } from './commands/export.ts';
import { type Dispatch, optionsOf } from './dispatch.ts';

export function addKeepingCommands(program: Command, dispatch: Dispatch): void {
  addExport(program, dispatch);
  addReplay(program, dispatch);
  addDiscard(program, dispatch);
}

function addExport(program: Command, dispatch: Dispatch): void {
  program
    .command('export')
    .description(
      'Write the whole life of an item, a run or an account as one JSON document: records, events, audit, machine. ' +
        'Its texts stand in it as they are: look through it before you hand it on.',
    )
    .argument('<address>', 'project/item, project/item/stage[/attempt] or account.<owner>.<name>')
    .option('--file <file>', 'where to; standard output by default')
    .action((address: string, _, command: Command) => {
      const options = optionsOf<Omit<ExportInput, 'address'>>(command);
      const input: ExportInput = { ...options, address };
      return dispatch(
        async () => (await import('./commands/export.ts')).exportLife,
        input,
        options,
      );
    });
}

function addDiscard(program: Command, dispatch: Dispatch): void {
  program
    .command('discard')
    .description(
      'Remove what this state directory keeps of a finished item: its worktree, the folders of its runs and the HOME ' +
        'of its commands. Shows first what would be lost. The branch on the remote, the records and the logs stay.',
    )
    .argument('<item>', 'project/item')
    .option('--dry-run', 'remove nothing: show what would be lost')
    .option('-y, --yes', 'do not ask')
    .action((address: string, _, command: Command) => {
      const options = optionsOf<{ dryRun?: boolean; yes?: boolean }>(command);
      const { dryRun: isDryRun = false, yes: isConfirmed = false } = options;
      const input = { address, isDryRun, isConfirmed };
      return dispatch(async () => (await import('./commands/discard.ts')).discard, input, options);
    });
}

function addReplay(program: Command, dispatch: Dispatch): void {
  program
    .command('replay')
    .description(
      'Step through an exported life without a server: each event is decided once more and compared with ' +
        'what was stored. Ends with 1 when anything differs.',
    )
    .argument('<file>', 'what `onceward export` has written; - for standard input')
    .action((file: string, _, command: Command) => {
      const load = async () => (await import('./commands/replay.ts')).replay;
      return dispatch(load, { file }, optionsOf(command));
    });
}
