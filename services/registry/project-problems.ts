// Everything wrong with one project's settings, by the very checks of onceward.yaml.
// It must never conclude anything from connections or pipelines that are not known here.

import type { OncewardError } from '../../transport/errors.ts';
import { connectionKinds } from '../config/connection-checks.ts';
import { issueFindings } from '../config/issue-findings.ts';
import { entriesOf } from '../config/plain-data.ts';
import { type Finding, invalidConfiguration, unplaced } from '../config/problems.ts';
import { projectFindings } from '../config/project-checks.ts';
import { type ProjectSettings, projectSchema } from '../config/project-settings.ts';
import { configurationSchema } from '../config/schema.ts';
import type { LocalFile } from './local-file.ts';
import type { WrittenSettings } from './project-record.ts';

/** What is unchecked without a file, in words for people. */
export const UNCHECKED =
  'no onceward.yaml is here: whether its connections and pipeline exist was not checked';

/** `local` null leaves out what only a file can tell. */
export function projectProblems(
  project: string,
  settings: WrittenSettings,
  local: Pick<LocalFile, 'data'> | null,
): Finding[] {
  const data = { version: 1, ...local?.data, projects: { [project]: settings } };
  const parsed = configurationSchema.safeParse(data);
  const issues = parsed.error?.issues.filter(({ path }) => path[0] === 'projects') ?? [];
  const found = issueFindings(issues, data);
  const told = new Set(found.map(({ path }) => path.join('.')));
  const names = (section: string) =>
    local === null ? undefined : entriesOf(local.data[section]).map(([name]) => name);
  const crossed = projectFindings(['projects', project], settings, {
    data,
    pipelines: names('pipelines'),
    connections: connectionKinds(data, names('connections')),
  });
  return [...found, ...crossed.filter(({ path }) => !told.has(path.join('.')))];
}

/** `tracker.connection: there is no …` */
export function problemText({ path, message }: Finding): string {
  const place = path.slice(2).join('.');
  return place === '' ? message : `${place}: ${message}`;
}

/** CONFIG_INVALID with one line for each, of one or several projects. */
export function invalidProjects(found: ReadonlyMap<string, readonly Finding[]>): OncewardError {
  return invalidConfiguration(
    [...found].flatMap(([project, findings]) =>
      findings.map(({ path, message }) =>
        unplaced(`project ${project}`, path.slice(2).join('.'), message),
      ),
    ),
  );
}

/** With every default. @throws CONFIG_INVALID */
export function checkedSettings(
  project: string,
  settings: WrittenSettings,
  local: Pick<LocalFile, 'data'> | null,
): ProjectSettings {
  const findings = projectProblems(project, settings, local);
  if (findings.length > 0) throw invalidProjects(new Map([[project, findings]]));
  return projectSchema.parse(settings);
}
