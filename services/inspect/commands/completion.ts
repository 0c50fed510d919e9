// `onceward completion`: the script that teaches a shell what can be typed.
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { bashScript } from '../completion/bash-script.ts';
import { type CompletionModel, completionModel } from '../completion/completion-model.ts';
import { fishScript } from '../completion/fish-script.ts';
import type { Shell } from '../completion/shells.ts';
import { zshScript } from '../completion/zsh-script.ts';
import { EXIT } from '../exit-codes.ts';

export interface CompletionInput {
  shell: Shell;
  /** The program that is completed. */
  program: Command;
}

const SCRIPT_OF: Readonly<Record<Shell, (model: CompletionModel) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

export async function completion(context: CommandContext, input: CompletionInput): Promise<number> {
  context.out.text(SCRIPT_OF[input.shell](completionModel(input.program)));
  return EXIT.done;
}
