// Takes the place of transport/process/output-log.ts: counts, and keeps nothing.
import type { OutputLog } from '../../../transport/process/output-log.ts';

export async function openOutputLog(path: string): Promise<OutputLog> {
  let totalBytes = 0;
  return {
    path,
    append(chunk) {
      totalBytes += chunk.length;
    },
    totalBytes: () => totalBytes,
    close: async () => {},
  };
}
