// The commands on the registry of projects, as commander knows them: `onceward project add`, `list`, …
import type { Command } from 'commander';
import { FORGE_FORM, TRACKER_FORM } from '../registry/tracker-words.ts';
import { numberArgument, settingArgument } from './argument-parsers.ts';
import type { ProjectAddInput } from './commands/project/add.ts';
import { type Dispatch, optionsOf } from './dispatch.ts';
import { LISTING_FORMATS, outputOption } from './output-formats.ts';

type SettingChange = ReturnType<typeof settingArgument>;

export function addProjectCommands(program: Command, dispatch: Dispatch): void {
  const project = program
    .command('project')
    .helpCommand(false)
    .description(
      'Look at the projects, and change those of the registry while everything runs: hosts and workers follow ' +
        'within seconds.',
    );
  addAdd(project, dispatch);
  addLooking(project, dispatch);
  addSet(project, dispatch);
  addRemove(project, dispatch);
  addExchange(project, dispatch);
}

function addAdd(parent: Command, dispatch: Dispatch): void {
  parent
    .command('add')
    .description(
      'Add a project to the registry. Its pipeline is taken from the onceward.yaml at hand, whose connections it ' +
        'is checked against.',
    )
    .argument('<name>', 'the name of the project')
    .requiredOption('--repository <url>', 'path or URL of the git remote')
    .option('--pipeline <name>', 'which pipeline; defaults to the only one there is')
    .option('--base-branch <branch>', 'the branch that work starts from and lands on')
    .option('--tracker <tracker>', `where work is asked for: ${TRACKER_FORM}`)
    .option('--forge <forge>', `where pull requests are opened: ${FORGE_FORM}`)
    .option('--label <label>', 'the label of the tracker by which work is asked for')
    .option('--max-concurrent-runs <number>', 'how many runs at once', numberArgument)
    .option('--set <path=value>', 'any other setting, as actuators.intake=shadow', gathered)
    .action((name: string, _, command: Command) => {
      const options = optionsOf<Omit<ProjectAddInput, 'project'>>(command);
      const load = async () => (await import('./commands/project/add.ts')).projectAdd;
      return dispatch(load, { ...options, project: name }, options);
    });
}

function addLooking(parent: Command, dispatch: Dispatch): void {
  parent
    .command('list')
    .description(
      'List all projects: where each comes from, how many items are under way, what is wrong.',
    )
    .addOption(outputOption(LISTING_FORMATS))
    .action((_, command: Command) => {
      const load = async () => (await import('./commands/project/list.ts')).projectList;
      return dispatch(load, {}, optionsOf(command));
    });
  parent
    .command('show')
    .description('Show one project: its settings with their defaults, its stages, its revision.')
    .argument('<project>', 'the name of the project')
    .action((project: string, _, command: Command) => {
      const load = async () => (await import('./commands/project/show.ts')).projectShow;
      return dispatch(load, { project }, optionsOf(command));
    });
}

function addSet(parent: Command, dispatch: Dispatch): void {
  parent
    .command('set')
    .description('Change settings of a project. All of them or, when one is wrong, none.')
    .argument('<project>', 'the name of the project')
    .argument(
      '<path=value...>',
      'as tracker.maxActive=5 or tracker.commanders=[alice,bob]; an empty value restores the default',
      gathered,
    )
    .option('--if-revision <number>', 'only if the record is at this revision', numberArgument)
    .action((project: string, changes: SettingChange[], _, command: Command) => {
      const options = optionsOf<{ ifRevision?: number }>(command);
      const load = async () => (await import('./commands/project/set.ts')).projectSet;
      return dispatch(load, { ...options, project, changes }, options);
    });
}

function addRemove(parent: Command, dispatch: Dispatch): void {
  parent
    .command('remove')
    .description('Remove a project from the registry. Refused while items of it are under way.')
    .argument('<project>', 'the name of the project')
    .option('--drain', 'open nothing new, and remove it once its last item has ended')
    .option('--keep', 'call draining off: items are opened again')
    .option('--if-revision <number>', 'only if the record is at this revision', numberArgument)
    .action((project: string, _, command: Command) => {
      const options = optionsOf<{ drain?: boolean; keep?: boolean; ifRevision?: number }>(command);
      const { drain: isDraining = false, keep: isKept = false } = options;
      const input = { ...options, project, isDraining, isKept };
      const load = async () => (await import('./commands/project/remove.ts')).projectRemove;
      return dispatch(load, input, options);
    });
}

function addExchange(parent: Command, dispatch: Dispatch): void {
  parent
    .command('import')
    .description(
      'Put the projects of an onceward.yaml into the registry: all of them are checked before the first is written.',
    )
    .argument('[file]', 'the file, - for standard input; defaults to --config')
    .action((file: string | undefined, _, command: Command) => {
      const load = async () => (await import('./commands/project/import.ts')).projectImport;
      return dispatch(load, { file }, optionsOf(command));
    });
  parent
    .command('export')
    .description('Print projects of the registry as YAML, which `project import` reads back.')
    .argument('[projects...]', 'which; defaults to all that the command line has put there')
    .action((projects: string[], _, command: Command) => {
      const load = async () => (await import('./commands/project/export.ts')).projectExport;
      return dispatch(load, { projects }, optionsOf(command));
    });
}

function gathered(text: string, before: SettingChange[] | undefined): SettingChange[] {
  return [...(before ?? []), settingArgument(text)];
}
