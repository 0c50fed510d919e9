// Writes a first onceward.yaml, and the schema that editors check it against.
// It must never overwrite a configuration unless it is told to.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OncewardError } from '../../transport/errors.ts';
import { renderJsonSchema } from './json-schema.ts';
import { EDITOR_SCHEMA_PATH, renderStarterConfiguration } from './template.ts';

export interface InitOptions {
  /** Folder that the configuration is written to; it must exist. */
  directory: string;
  /** Overwrites a configuration that is there already. */
  force: boolean;
  /** Path or URL of a git remote. */
  repository: string;
  /** Defaults to `main`. */
  baseBranch?: string | undefined;
}

/**
 * Writes `onceward.yaml` into the folder and returns the paths of what was written.
 * @throws USAGE when it exists and `force` is false
 */
export async function initConfiguration(options: InitOptions): Promise<string[]> {
  const { directory, force, repository, baseBranch = 'main' } = options;
  const file = join(directory, 'onceward.yaml');
  const schemaFile = join(directory, EDITOR_SCHEMA_PATH);
  await writeNew(file, renderStarterConfiguration({ repository, baseBranch }), force);
  await mkdir(dirname(schemaFile), { recursive: true });
  await writeFile(schemaFile, renderJsonSchema());
  return [file, schemaFile];
}

async function writeNew(file: string, text: string, force: boolean): Promise<void> {
  try {
    // The flag makes "not there" and "written" one step; asking first would leave a gap.
    await writeFile(file, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new OncewardError('USAGE', `${file} exists; --force overwrites it`, { cause: error });
  }
}
