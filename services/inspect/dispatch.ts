// How a parsed command line reaches its command: the command's file is loaded only when it is called,
// so that `--help` and `ps` do not wait for what only `up` needs.
import type { Command } from 'commander';
import type { CommandContext, GlobalOptions } from './command-context.ts';

export type Run<Input> = (context: CommandContext, input: Input) => Promise<number>;

/** Runs a command with what was parsed. main.ts gives the real one, the documentation an idle one. */
export type Dispatch = <Input>(
  load: () => Promise<Run<Input>>,
  input: Input,
  options: GlobalOptions,
) => Promise<void>;

/** The options of a command and of the program, as commander parsed them. */
export function optionsOf<Options>(command: Command): GlobalOptions & Options {
  return command.optsWithGlobals<GlobalOptions & Options>();
}
