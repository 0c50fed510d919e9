// The commands that send an event and wait for the answer, as commander knows them.
import type { Command } from 'commander';
import { numberArgument, timeoutOption } from './argument-parsers.ts';
import type { DecideItemInput } from './commands/decide-item.ts';
import type { SendInput } from './commands/send.ts';
import type { SubmitInput } from './commands/submit.ts';
import { type Dispatch, optionsOf } from './dispatch.ts';

const ANSWER_MS_DEFAULT = 10_000;

interface Verb {
  name: DecideItemInput['verb'];
  description: string;
  text?: 'comment' | 'reason';
}

const VERBS: readonly Verb[] = [
  { name: 'approve', description: 'Approve an item that awaits approval.', text: 'comment' },
  { name: 'reject', description: 'Reject an item that awaits approval.', text: 'reason' },
  { name: 'cancel', description: 'Cancel an item; its process is ended first.', text: 'reason' },
  {
    name: 'retry',
    description: 'Try again an item that is parked, with one more verdict granted.',
  },
  { name: 'pause', description: 'Pause an item before its next stage.', text: 'reason' },
  { name: 'resume', description: 'Let a paused item go on.' },
];

export function addAskingCommands(program: Command, dispatch: Dispatch): void {
  addSubmit(program, dispatch);
  addSend(program, dispatch);
  for (const verb of VERBS) addVerb(program, dispatch, verb);
}

function addSubmit(program: Command, dispatch: Dispatch): void {
  const command = program
    .command('submit')
    .description('Open a new item and print its address. An existing item is never changed.')
    .argument('<project>', 'a project of the configuration')
    .requiredOption('--title <text>', 'what it is about, up to 500 characters')
    .option('--body <text>', 'the whole text')
    .option('--body-file <file>', 'a file with the whole text; - for standard input')
    .option('--id <id>', 'name of the item; a short random one by default');
  withTimeout(command).action((project: string, _, self: Command) => {
    const options = optionsOf<Omit<SubmitInput, 'project' | 'timeoutMs'> & Timed>(self);
    const input = { ...options, project, timeoutMs: options.timeout };
    return dispatch(async () => (await import('./commands/submit.ts')).submit, input, options);
  });
}

function addSend(program: Command, dispatch: Dispatch): void {
  const command = program
    .command('send')
    .description('Send any event to an item or a run, and print the state it led to.')
    .argument('<address>', 'project/item or project/item/stage[/attempt]')
    .argument('<type>', 'the event: exited, claim, approve, …')
    .option('--data <json>', 'the data of the event; @file, or @- for standard input');
  withRepetition(withTimeout(command)).action((address: string, type: string, _, self: Command) => {
    const options = optionsOf<Omit<SendInput, 'address' | 'type' | 'timeoutMs'> & Timed>(self);
    const input = { ...options, address, type, timeoutMs: options.timeout };
    return dispatch(async () => (await import('./commands/send.ts')).send, input, options);
  });
}

function addVerb(program: Command, dispatch: Dispatch, verb: Verb): void {
  const command = program
    .command(verb.name)
    .description(verb.description)
    .argument('<item>', 'project/item');
  if (verb.text !== undefined) command.option(`--${verb.text} <text>`, 'why; kept with the item');
  withRepetition(withTimeout(command)).action((item: string, _, self: Command) => {
    const options = optionsOf<Omit<DecideItemInput, 'verb' | 'item' | 'timeoutMs'> & Timed>(self);
    const input = { ...options, verb: verb.name, item, timeoutMs: options.timeout };
    const load = async () => (await import('./commands/decide-item.ts')).decideItem;
    return dispatch(load, input, options);
  });
}

interface Timed {
  timeout: number;
}

function withTimeout(command: Command): Command {
  return command.addOption(timeoutOption('how long to wait for the answer', ANSWER_MS_DEFAULT));
}

function withRepetition(command: Command): Command {
  return command
    .option('--if-revision <number>', 'only if the record is at this revision', numberArgument)
    .option('--id <id>', 'id of the event; repeating it under the same id is harmless');
}
