// Projects of the registry as a part of an onceward.yaml, and back: what is exported is imported the same.
// It must never write a path that means another place elsewhere: relative ones are resolved before.
import { isAbsolute, resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import { OncewardError } from '../../transport/errors.ts';
import { entriesOf, valueAt } from '../config/plain-data.ts';
import { resolveRepository } from '../config/repository.ts';
import { type LocalFile, localFileOf } from './local-file.ts';
import type { WrittenSettings } from './project-record.ts';

/** Most projects of one import. */
const MAX_PROJECTS = 1_000;

/** A whole onceward.yaml but for its pipelines and connections. */
export function exportText(projects: ReadonlyMap<string, WrittenSettings>): string {
  return stringify({ version: 1, projects: Object.fromEntries(projects) }, { lineWidth: 0 });
}

export interface Imported {
  projects: Map<string, WrittenSettings>;
  /** By which they are checked and frozen: the file itself, or the local one where that has no pipelines. */
  local: LocalFile;
}

/**
 * The projects of a file, their paths resolved against its folder.
 * @throws CONFIG_INVALID with every problem, USAGE when there are too many
 */
export function readImport(
  text: string,
  options: { file: string; graceMs: number | undefined; local: LocalFile | null },
): Imported {
  const { file, graceMs, local: beside } = options;
  const local = localFileOf(isPart(text, beside) ? merged(text, beside) : text, { file, graceMs });
  const entries = entriesOf(local.data['projects']);
  if (entries.length > MAX_PROJECTS) {
    const message = `${file} has ${entries.length} projects, expected at most ${MAX_PROJECTS}`;
    throw new OncewardError('USAGE', message);
  }
  const projects = entries.map(
    ([project, settings]) =>
      [project, withPlaces(settings as WrittenSettings, local.folder)] as const,
  );
  return { projects: new Map(projects), local };
}

/** With the places it names written in full. */
export function withPlaces(settings: WrittenSettings, folder: string): WrittenSettings {
  const { repository, tracker } = settings;
  const path = valueAt(tracker, ['path']);
  const isRelative = typeof path === 'string' && !isAbsolute(path);
  return {
    ...settings,
    ...(typeof repository === 'string'
      ? { repository: resolveRepository(repository, folder) }
      : {}),
    ...(isRelative ? { tracker: { ...(tracker as object), path: resolve(folder, path) } } : {}),
  };
}

/** What `export` writes has no pipelines of its own. */
function isPart(text: string, beside: LocalFile | null): beside is LocalFile {
  if (beside === null) return false;
  const data = safely(text);
  return data !== null && valueAt(data, ['pipelines']) === undefined;
}

function merged(text: string, beside: LocalFile): string {
  const data = safely(text);
  const { projects: _, ...others } = beside.data;
  return stringify({ ...others, ...(data as object) }, { aliasDuplicateObjects: false });
}

function safely(text: string): object | null {
  try {
    const data: unknown = parse(text, { logLevel: 'error' });
    return typeof data === 'object' && data !== null && !Array.isArray(data) ? data : null;
  } catch {
    return null;
  }
}
