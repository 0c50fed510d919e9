// The whole command line as commander knows it. It only parses; what a command does is in commands/.
import { Command, Option } from 'commander';
import { filledArgument } from './argument-parsers.ts';
import { addAskingCommands } from './asking-commands.ts';
import { addChartingCommands } from './charting-commands.ts';
import { groupOf } from './command-groups.ts';
import { addDeploymentCommands } from './deployment-commands.ts';
import type { Dispatch } from './dispatch.ts';
import { addFleetCommands } from './fleet-commands.ts';
import { helpCommand, refuseUnknown } from './help-command.ts';
import { addKeepingCommands } from './keeping-commands.ts';
import { DOCUMENT_FORMATS, OUTPUT_FORMATS, outputOption } from './output-formats.ts';
import { addProjectCommands } from './project-commands.ts';
import { addQueueCommands } from './queue-commands.ts';
import { addReadingCommands } from './reading-commands.ts';
import { addShellCommands } from './shell-commands.ts';

export interface ProgramOptions {
  version: string;
  dispatch: Dispatch;
  /** Where help goes that was asked for. */
  writeOut: (text: string) => void;
  /** Where help goes when no command was given. */
  writeErr: (text: string) => void;
  /** Told what is wrong with the command line, in one line. */
  onUsageError: (message: string) => void;
}

/** Commander throws a CommanderError instead of ending the process. */
export function buildProgram({
  version,
  dispatch,
  writeOut,
  writeErr,
  onUsageError,
}: ProgramOptions): Command {
  const program = new Command('onceward')
    .description('Moves work items through software pipelines, every stage advanced exactly once.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .exitOverride()
    .addHelpCommand(helpCommand())
    .addHelpText('before', refuseUnknown)
    .configureHelp({ showGlobalOptions: true, visibleGlobalOptions: globalOptionsOf })
    .configureOutput({
      writeOut,
      writeErr,
      outputError: (text) => onUsageError(oneLine(text)),
    });
  for (const option of globalOptions()) program.addOption(option);
  addFleetCommands(program, dispatch);
  addProjectCommands(program, dispatch);
  addAskingCommands(program, dispatch);
  addQueueCommands(program, dispatch);
  addDeploymentCommands(program, dispatch);
  addReadingCommands(program, dispatch);
  addKeepingCommands(program, dispatch);
  addChartingCommands(program, dispatch);
  addShellCommands(program, dispatch);
  for (const command of program.commands) complete(command);
  return program;
}

/** The command that was called, once the program has parsed so far; null for none that there is. */
export function calledCommand({ args, commands }: Command): string | null {
  const [name, partName] = args;
  const called = commands.find((command) => command.name() === name);
  const part = called?.commands.find((command) => command.name() === partName);
  return [called, part].flatMap((command) => command?.name() ?? []).join(' ') || null;
}

/** What every command has without saying so: a place in the help, and formats to answer with. */
function complete(command: Command): void {
  if (command.parent?.parent == null) command.helpGroup(`${groupOf(command.name())}:`);
  for (const part of command.commands) complete(part);
  if (command.commands.length > 0) return;
  const isDeclared = command.options.some(({ long }) => long === '--output');
  if (!isDeclared) command.addOption(outputOption(DOCUMENT_FORMATS));
}

/** A command that has narrowed an option of the program shows its own. */
function globalOptionsOf(command: Command): Option[] {
  const own = new Set(command.options.map(({ long }) => long));
  return (command.parent?.options ?? []).filter(({ long, hidden }) => !hidden && !own.has(long));
}

function globalOptions(): Option[] {
  return [
    new Option(
      '--nats <url>',
      'NATS server; defaults to NATS_URL, then to that of a running `up`',
    ).argParser(filledArgument),
    new Option(
      '--state-dir <folder>',
      'store, worktrees and logs; defaults to ONCEWARD_STATE_DIR, then to .onceward',
    ).argParser(filledArgument),
    new Option(
      '--config <file>',
      'the configuration; defaults to ONCEWARD_CONFIG, then to onceward.yaml',
    ).argParser(filledArgument),
    new Option('-o, --output <format>', 'how to answer; each command says what it knows').choices(
      OUTPUT_FORMATS,
    ),
    new Option('--no-headers', 'lists without the names of their columns'),
    new Option(
      '--time <style>',
      'distances from now, or moments in UTC; by default lists show distances, `show` and `why` both, and ' +
        '`watch` the time of day',
    ).choices(['relative', 'iso']),
    new Option('--color <when>', 'colours; auto asks FORCE_COLOR, then NO_COLOR, then the terminal')
      .choices(['auto', 'always', 'never'])
      .default('auto'),
    new Option('--verbose', 'show the cause of an error'),
  ];
}

/** `error: unknown command 'sbmit'\n(Did you mean submit?)` on one line, without the first word. */
function oneLine(text: string): string {
  return text
    .trim()
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ');
}
