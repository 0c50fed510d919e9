// How a parsed command line reaches its command: the command's file is loaded only when it is called,
// so that `--help` and `ps` do not wait for what only `up` needs.
import type { Command } from 'commander';
import type { CommandContext, GlobalOptions } from './command-context.ts';
import { assertFormat, DOCUMENT_FORMATS } from './output-formats.ts';

export type Run<Input> = (context: CommandContext, input: Input) => Promise<number>;

/** Runs a command with what was parsed. main.ts gives the real one, the documentation an idle one. */
export type Dispatch = <Input>(
  load: () => Promise<Run<Input>>,
  input: Input,
  options: GlobalOptions,
) => Promise<void>;

/**
 * The options of a command and of the program, as commander parsed them.
 * @throws USAGE when the command has not declared the format that is asked for
 */
export function optionsOf<Options>(command: Command): GlobalOptions & Options {
  const options = command.optsWithGlobals<GlobalOptions & Options>();
  const declared = command.options.find(({ long }) => long === '--output')?.argChoices;
  const known = declared ?? DOCUMENT_FORMATS;
  const output = options.output ?? DOCUMENT_FORMATS[0];
  assertFormat(command.name(), output, known);
  return { ...options, output };
}
