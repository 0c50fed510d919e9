// The whole command line as commander knows it. It only parses; what a command does is in commands/.
import { Command, Option } from 'commander';
import { addAskingCommands } from './asking-commands.ts';
import type { Dispatch } from './dispatch.ts';
import { addFleetCommands } from './fleet-commands.ts';
import { addReadingCommands } from './reading-commands.ts';

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
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut,
      writeErr,
      outputError: (text) => onUsageError(oneLine(text)),
    });
  for (const option of globalOptions()) program.addOption(option);
  addFleetCommands(program, dispatch);
  addAskingCommands(program, dispatch);
  addReadingCommands(program, dispatch);
  return program;
}

function globalOptions(): Option[] {
  return [
    new Option('--nats <url>', 'NATS server; defaults to NATS_URL, then to that of a running `up`'),
    new Option('--state-dir <folder>', 'store, worktrees and logs; defaults to .onceward'),
    new Option('--config <file>', 'the configuration; defaults to onceward.yaml'),
    new Option('-o, --output <format>', 'how to answer')
      .choices(['table', 'json', 'jsonl'])
      .default('table'),
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
