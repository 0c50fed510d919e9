// Directories for one test process, removed when it ends.
// It must never remove anything it did not create.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const created: string[] = [];

/**
 * Creates an empty directory below the system's temporary directory and returns its real path.
 * It is removed, with everything in it, when this process exits.
 */
export function temporaryDirectory(): string {
  if (created.length === 0) process.once('exit', removeAll);
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'onceward-test-')));
  created.push(path);
  return path;
}

function removeAll(): void {
  for (const path of created) {
    // A process that is just ending may still write into its directory: try again for a moment.
    rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}
