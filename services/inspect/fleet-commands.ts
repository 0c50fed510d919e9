// The commands that start something or look after the installation, as commander knows them.
import { type Command, Option } from 'commander';
import { httpArgument, labelsArgument } from './argument-parsers.ts';
import type { DoctorInput } from './commands/doctor.ts';
import type { InitInput } from './commands/init.ts';
import type { UpInput } from './commands/up.ts';
import { type Dispatch, optionsOf } from './dispatch.ts';
import { outputOption } from './output-formats.ts';

export function addFleetCommands(program: Command, dispatch: Dispatch): void {
  addUp(program, dispatch);
  addPage(program, dispatch);
  addDemo(program, dispatch);
  addInit(program, dispatch);
  program
    .command('validate')
    .description('Check the configuration and list every problem at once.')
    .argument('[file]', 'the configuration; defaults to --config')
    .action((file: string | undefined, _, command: Command) =>
      dispatch(
        async () => (await import('./commands/validate.ts')).validate,
        { file },
        optionsOf(command),
      ),
    );
  program
    .command('doctor')
    .description(
      'Check everything onceward relies on: versions, settings, clock, permissions, isolation.',
    )
    .option(
      '--container-image <image>',
      'what to try containers with; defaults to the first image a stage asks for, then to busybox',
    )
    .action((_, command: Command) => {
      const options = optionsOf<DoctorInput>(command);
      return dispatch(async () => (await import('./commands/doctor.ts')).doctor, options, options);
    });
}

function addUp(program: Command, dispatch: Dispatch): void {
  const role = new Option('--role <role>', 'what to run')
    .choices(['host', 'worker', 'all'])
    .default('all');
  const http = new Option(
    '--http <address>',
    'where to serve the page, as host:port, or off; defaults to ONCEWARD_HTTP, then to 127.0.0.1:7717 ' +
      'or the next free port. A worker alone serves its health and metrics, and only when this is given',
  ).argParser(httpArgument);
  const labels = new Option(
    '--labels <labels>',
    'what this worker has, as gpu,big: it serves the pools that ask for no other labels; defaults to ' +
      'ONCEWARD_LABELS, then to none',
  ).argParser(labelsArgument);
  program
    .command('up')
    .description(
      'Run a host, a worker or both, until SIGTERM or SIGINT. Starts its own nats-server unless one ' +
        'is named. SIGHUP reads the configuration again.',
    )
    .addOption(role)
    .addOption(labels)
    .addOption(http)
    .action((_, command: Command) => {
      const options = optionsOf<UpInput>(command);
      const load = async () => (await import('./commands/up.ts')).up;
      return dispatch(load, options, options);
    });
}

function addPage(program: Command, dispatch: Dispatch): void {
  program
    .command('page')
    .description('Print the address of the page that the `up` of this state directory serves.')
    .action((_, command: Command) =>
      dispatch(async () => (await import('./commands/page.ts')).page, {}, optionsOf(command)),
    );
}

function addDemo(program: Command, dispatch: Dispatch): void {
  program
    .command('demo')
    .description('Take one item of a small real repository through a whole pipeline, and watch.')
    .option('--crash', 'kill the worker in the middle of finalizing')
    .option('--json', 'print one JSON document; the same as -o json')
    .option('--keep', 'leave the temporary folder, and say where it is')
    .addOption(outputOption(['table', 'json']))
    .action((_, command: Command) => {
      const options = optionsOf<{ crash?: boolean; json?: boolean; keep?: boolean }>(command);
      const isJson = options.json === true || options.output !== 'table';
      const input = { isCrash: options.crash ?? false, isJson, isKept: options.keep ?? false };
      return dispatch(async () => (await import('./commands/demo.ts')).demo, input, options);
    });
}

function addInit(program: Command, dispatch: Dispatch): void {
  program
    .command('init')
    .description('Write a commented onceward.yaml, and a schema for editors.')
    .argument('[folder]', 'where to write it; defaults to the current folder')
    .option('--repository <url>', 'path or URL of the git remote; defaults to origin')
    .option('--base-branch <branch>', 'the branch that work starts from and lands on', 'main')
    .option('--force', 'overwrite an existing configuration')
    .action((folder: string | undefined, _, command: Command) => {
      const options = optionsOf<Omit<InitInput, 'folder'> & { force?: boolean }>(command);
      const input = { ...options, folder, isForced: options.force ?? false };
      return dispatch(async () => (await import('./commands/init.ts')).init, input, options);
    });
}
