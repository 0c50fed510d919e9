// `deliveries`, as commander knows it.
import { type Command, Option } from 'commander';
import { WEBHOOK_SOURCES } from '../intake/webhook-source.ts';
import { filledArgument, numberArgument } from './argument-parsers.ts';
import type { DeliveriesInput } from './commands/deliveries.ts';
import { type Dispatch, optionsOf } from './dispatch.ts';
import { LISTING_FORMATS, outputOption } from './output-formats.ts';

const LIMIT_DEFAULT = 20;

export function addDeliveries(program: Command, dispatch: Dispatch): void {
  const source = new Option('--source <source>', 'only those of one source');
  program
    .command('deliveries')
    .description(
      'List the webhooks of the last 7 days, newest first, and what each made hosts look at. With --replay one of ' +
        'them is told to all hosts again; that needs the login of an operator.',
    )
    .addOption(source.choices([...WEBHOOK_SOURCES]))
    .option('--event <event>', 'only events of this name, such as issues', filledArgument)
    .option('--limit <number>', 'how many at most', numberArgument, LIMIT_DEFAULT)
    .option('--replay <id>', 'store the delivery with this id once more', filledArgument)
    .addOption(outputOption(LISTING_FORMATS))
    .action((_, command: Command) => {
      const options = optionsOf<DeliveriesInput>(command);
      const load = async () => (await import('./commands/deliveries.ts')).deliveries;
      return dispatch(load, options, options);
    });
}
