// The commands that send an event and wait for the answer, as commander knows them.
import type { Command } from 'commander';
import { repeated, type Timed, timed } from './asking-options.ts';
import type { SendInput } from './commands/send.ts';
import type { SubmitInput } from './commands/submit.ts';
import { addDecisions } from './deciding-commands.ts';
import { type Dispatch, optionsOf } from './dispatch.ts';
import { ADDRESSED_FORMATS, outputOption } from './output-formats.ts';

export function addAskingCommands(program: Command, dispatch: Dispatch): void {
  addSubmit(program, dispatch);
  addSend(program, dispatch);
  addDecisions(program, dispatch);
}

function addSubmit(program: Command, dispatch: Dispatch): void {
  const command = program
    .command('submit')
    .description('Open a new item and print its address. An existing item is never changed.')
    .argument('<project>', 'a project of the configuration')
    .requiredOption('--title <text>', 'what it is about, up to 500 characters')
    .option('--body <text>', 'the whole text')
    .option('--body-file <file>', 'a file with the whole text; - for standard input')
    .option('--id <id>', 'name of the item; a short random one by default')
    .addOption(outputOption(ADDRESSED_FORMATS));
  timed(command).action((project: string, _, self: Command) => {
    const options = optionsOf<Omit<SubmitInput, 'project' | 'timeoutMs'> & Timed>(self);
    const input = { ...options, project, timeoutMs: options.timeout };
    return dispatch(async () => (await import('./commands/submit.ts')).submit, input, options);
  });
}

function addSend(program: Command, dispatch: Dispatch): void {
  const command = program
    .command('send')
    .description(
      'Send any event to an item, a run, an account or a merge queue, and print the state it led to.',
    )
    .argument(
      '<address>',
      'project/item, project/item/stage[/attempt], account.<owner>.<name> or merge.<project>.<branch>',
    )
    .argument('<type>', 'the event: exited, claim, approve, …')
    .option('--data <json>', 'the data of the event; @file, or @- for standard input')
    .option('--dry-run', 'send nothing: show what it would lead to, or why it would be refused')
    .addOption(outputOption(ADDRESSED_FORMATS));
  repeated(timed(command)).action((address: string, type: string, _, self: Command) => {
    const options = optionsOf<SendOptions>(self);
    const isDryRun = options.dryRun ?? false;
    const input = { ...options, address, type, isDryRun, timeoutMs: options.timeout };
    return dispatch(async () => (await import('./commands/send.ts')).send, input, options);
  });
}

type SendOptions = Pick<SendInput, 'data' | 'ifRevision' | 'id'> & Timed & { dryRun?: boolean };
