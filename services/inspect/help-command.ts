// `onceward help [command]`. Commander prints the help itself; for a command that nobody knows it would print that of
// the program, without a word about it.
import { type AddHelpTextContext, Command } from 'commander';

export function helpCommand(): Command {
  return new Command('help')
    .argument('[command]', 'the command')
    .description('Print help for a command.')
    .helpOption(false)
    .helpGroup('Looking:');
}

/** Called before help is printed: ends with what is said of an unknown command anywhere. */
export function refuseUnknown({ error, command }: AddHelpTextContext): string {
  const [asked, name] = command.args;
  if (error && asked === 'help' && name !== undefined) command.parse([name], { from: 'user' });
  return '';
}
