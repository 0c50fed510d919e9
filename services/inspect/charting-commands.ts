// The commands that draw, as commander knows them.
import { extname } from 'node:path';
import type { Command } from 'commander';
import { numberArgument } from './argument-parsers.ts';
import type { OutputFormat } from './command-context.ts';
import type { GraphInput } from './commands/graph.ts';
import { type Dispatch, optionsOf } from './dispatch.ts';
import { outputOption } from './output-formats.ts';

const BRIDGE_PORT = 4480;
/** What the name of a file says about its format. */
const FORMAT_OF: Readonly<Record<string, OutputFormat>> = {
  '.svg': 'svg',
  '.png': 'png',
  '.json': 'json',
};

export function addChartingCommands(program: Command, dispatch: Dispatch): void {
  addGraph(program, dispatch);
  addBridge(program, dispatch);
}

function addGraph(program: Command, dispatch: Dispatch): void {
  program
    .command('graph')
    .description(
      'Draw a machine, a pipeline of the configuration, or what stands at an address: an item as its ' +
        'pipeline with progress, a run or an account as its machine with the present state lit.',
    )
    .argument(
      '<what>',
      'run, item, account, merge, deployment, pipeline:<name or project>, or an address',
    )
    .option('--file <file>', 'where to; standard output by default. Its ending chooses the format')
    .option('--state <state>', 'the state, or the stage, to light')
    .addOption(outputOption(['mermaid', 'svg', 'png', 'json']))
    .action((what: string, _, command: Command) => {
      const options = optionsOf<Omit<GraphInput, 'what'>>(command);
      const { file, state } = options;
      const output = isFormatNamed(command) ? options.output : formatOf(file);
      const load = async () => (await import('./commands/graph.ts')).graph;
      return dispatch(load, { what, file, state }, { ...options, output });
    });
}

function addBridge(program: Command, dispatch: Dispatch): void {
  program
    .command('bridge')
    .description(
      'Show items and runs in the Stately inspector, a page of somebody else: off unless started, on ' +
        'loopback, read only. Says what leaves this machine.',
    )
    .argument('[filter]', 'project[/item[/stage[/attempt]]]; defaults to everything')
    .option('--port <number>', 'where to listen on 127.0.0.1', numberArgument, BRIDGE_PORT)
    .option('--allow-origin <origin...>', 'pages that may connect; defaults to https://stately.ai')
    .option('--no-redact', 'send titles, feedback, summaries, commands and paths, too')
    .action((filter: string | undefined, _, command: Command) => {
      const options = optionsOf<{ port: number; allowOrigin?: string[]; redact: boolean }>(command);
      const { port, redact: isRedacted, allowOrigin } = options;
      const origins = allowOrigin === undefined ? {} : { allowedOrigins: allowOrigin };
      const load = async () => (await import('./commands/bridge.ts')).bridge;
      return dispatch(load, { filter, port, isRedacted, ...origins }, options);
    });
}

function isFormatNamed(command: Command): boolean {
  return command.getOptionValueSourceWithGlobals('output') !== 'default';
}

function formatOf(file: string | undefined): OutputFormat {
  return FORMAT_OF[extname(file ?? '').toLowerCase()] ?? 'mermaid';
}
