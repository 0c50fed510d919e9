// The commands for the shell one types in, as commander knows them.
import { Argument, type Command } from 'commander';
import { SHELLS, type Shell } from './completion/shells.ts';
import { type Dispatch, optionsOf } from './dispatch.ts';
import { outputOption } from './output-formats.ts';

export function addShellCommands(program: Command, dispatch: Dispatch): void {
  program
    .command('completion')
    .description(
      'Print the script that lets a shell complete commands, options and addresses. In ~/.bashrc: ' +
        'source <(onceward completion bash); in ~/.zshrc, after compinit: source <(onceward completion zsh); ' +
        'in config.fish: onceward completion fish | source.',
    )
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .addOption(outputOption(['table']))
    .action((shell: Shell, _, command: Command) => {
      const load = async () => (await import('./commands/completion.ts')).completion;
      return dispatch(load, { shell, program }, optionsOf(command));
    });
  program
    .command('__complete', { hidden: true })
    .description('Addresses that go on from what has been typed; called by completion scripts.')
    .argument('<kind>')
    .argument('[prefix]')
    .allowExcessArguments()
    .allowUnknownOption()
    .action((kind: string, prefix: string | undefined, _, command: Command) => {
      const load = async () => (await import('./commands/complete.ts')).complete;
      return dispatch(load, { kind, prefix: prefix ?? '' }, optionsOf(command));
    });
}
