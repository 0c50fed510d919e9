// `onceward project add`: a repository more that the running hosts and workers work on, without a restart.
// It must never change a project that is there already.
import { identifierSchema } from '../../../../machines/identifier.ts';
import { OncewardError } from '../../../../transport/errors.ts';
import { shown } from '../../../config/issue-findings.ts';
import { listed } from '../../../config/problems.ts';
import type { LocalFile } from '../../../registry/local-file.ts';
import { withPlaces } from '../../../registry/project-exchange.ts';
import { checkedSettings } from '../../../registry/project-problems.ts';
import type { WrittenSettings } from '../../../registry/project-record.ts';
import { addProject, frozenFor } from '../../../registry/registry-changes.ts';
import { type SettingChange, withSettings } from '../../../registry/setting-paths.ts';
import { parseForge, parseTracker } from '../../../registry/tracker-words.ts';
import type { CommandContext } from '../../command-context.ts';
import { EXIT } from '../../exit-codes.ts';
import { printDocument } from '../../output.ts';
import { changeLine, localFileIn, withRegistry } from '../../registry-session.ts';

export interface ProjectAddInput {
  project: string;
  repository: string;
  pipeline?: string;
  baseBranch?: string;
  tracker?: string;
  forge?: string;
  label?: string;
  maxConcurrentRuns?: number;
  set?: readonly SettingChange[];
}

/** @throws PROJECT_REFUSED, CONFIG_INVALID, USAGE, PERMISSION_DENIED */
export async function projectAdd(context: CommandContext, input: ProjectAddInput): Promise<number> {
  const project = projectName(input.project);
  const local = await localFileIn(context);
  if (local === null) throw noFile(context.configurationFile);
  const settings = withPlaces(drafted(input, local), context.directory);
  const effective = checkedSettings(project, settings, local);
  const pipeline = frozenFor(local.configuration, effective, local.folder);
  if (pipeline === null) throw noPipeline(local);
  const change = await withRegistry(context, (registry) =>
    addProject(registry, project, { settings, pipeline }),
  );
  const isInFile = Object.hasOwn(local.configuration.projects, project);
  const notes = isInFile ? [`${local.file} has a project ${project}, too; the registry holds`] : [];
  printDocument(context, { ...change, notes }, () => [changeLine(change), ...notes]);
  return EXIT.done;
}

function drafted(input: ProjectAddInput, local: LocalFile): WrittenSettings {
  const { repository, pipeline, baseBranch, tracker, forge, label, maxConcurrentRuns } = input;
  if (label !== undefined && tracker === undefined) {
    throw new OncewardError('USAGE', '--label needs --tracker: a label of which tracker?');
  }
  const changes = input.set ?? [];
  const isByState = changes.some(({ path }) => path.join('.') === 'tracker.state');
  const isPlane = tracker?.startsWith('plane:') === true;
  const wanted = label ?? (isPlane && !isByState ? 'onceward' : undefined);
  const given = {
    ...{ repository, baseBranch, pipeline: pipeline ?? onlyPipeline(local) },
    tracker: tracker === undefined ? undefined : parseTracker(tracker, wanted),
    forge: forge === undefined ? undefined : parseForge(forge),
    maxConcurrentRuns,
  };
  const written = Object.entries(given).filter(([, value]) => value !== undefined);
  return withSettings(Object.fromEntries(written), changes);
}

/** @throws USAGE unless there is exactly one */
function onlyPipeline(local: LocalFile): string {
  const [first, ...more] = Object.keys(local.configuration.pipelines);
  if (first !== undefined && more.length === 0) return first;
  throw noPipeline(local);
}

function noPipeline({ file, configuration }: LocalFile): OncewardError {
  const names = Object.keys(configuration.pipelines);
  const message = `which pipeline? --pipeline names one of ${file}: ${listed(names)}`;
  return new OncewardError('USAGE', message);
}

function noFile(file: string): OncewardError {
  const message = `there is no ${file}: the project's pipeline is frozen from there; name another with --config`;
  return new OncewardError('USAGE', message);
}

/** @throws USAGE */
function projectName(text: string): string {
  const parsed = identifierSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  const why = parsed.error.issues[0]?.message ?? 'not valid';
  throw new OncewardError('USAGE', `project ${shown(text)}: ${why}`);
}
