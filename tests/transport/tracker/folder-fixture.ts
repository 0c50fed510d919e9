// A folder tracker of its own for a test, with what is needed to write in it as people do.
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { folderTracker } from '../../../transport/tracker/folder-tracker.ts';
import type { FolderProblem } from '../../../transport/tracker/issue-files.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

export const NOW_MS = 1_800_000_000_000;

export function folderFixture() {
  const folder = join(temporaryDirectory(), 'work-items');
  const problems: FolderProblem[] = [];
  const clock = { nowMs: () => NOW_MS };
  const open = () => folderTracker({ folder, clock, onProblem: (found) => problems.push(found) });
  return {
    ...{ folder, problems, open, tracker: open() },
    path: (name: string) => join(folder, name),
    write(name: string, text: string, atMs = NOW_MS) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
      utimesSync(join(folder, name), atMs / 1_000, atMs / 1_000);
    },
    read: (name: string) => readFileSync(join(folder, name), 'utf8'),
  };
}
