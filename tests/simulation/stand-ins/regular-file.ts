// Takes the place of services/workers/regular-file.ts: a simulated command leaves no files behind.
import type { RegularFile } from '../../../services/workers/regular-file.ts';

export async function readRegularFile(): Promise<RegularFile | null> {
  return null;
}

export async function readTail(): Promise<string> {
  return '';
}
