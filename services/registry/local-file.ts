// The onceward.yaml beside whoever changes the registry: its pipelines are frozen, its connections checked against.
// It must never be needed to look at the registry.
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readConfigurationText } from '../config/load.ts';
import { invalidConfiguration } from '../config/problems.ts';
import type { Configuration } from '../config/schema.ts';
import { parseYaml } from '../config/yaml-document.ts';

export interface LocalFile {
  file: string;
  /** Against which relative paths in it are resolved. */
  folder: string;
  configuration: Configuration;
  /** As it is written, without defaults. */
  data: Readonly<Record<string, unknown>>;
}

/** Null when there is no such file. @throws CONFIG_INVALID with every problem */
export async function readLocalFile(
  file: string,
  graceMs: number | undefined,
): Promise<LocalFile | null> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  });
  return text === null ? null : localFileOf(text, { file, graceMs });
}

/** @throws CONFIG_INVALID with every problem */
export function localFileOf(
  text: string,
  { file, graceMs }: { file: string; graceMs: number | undefined },
): LocalFile {
  const reading = readConfigurationText(text, { file, graceMs });
  if (reading.outcome === 'invalid') throw invalidConfiguration(reading.problems);
  const data = (parseYaml(text).data ?? {}) as Record<string, unknown>;
  return { file, folder: dirname(file), configuration: reading.configuration, data };
}
