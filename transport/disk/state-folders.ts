// Which folders there are below a state directory, two names deep: project and item.
// It must never follow a link to find them.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface NamedFolder {
  project: string;
  item: string;
}

/** Folders and links alike, in the order of their names; none where the folder itself is missing or a link. */
export async function itemFolders(stateDir: string, part: string): Promise<NamedFolder[]> {
  const projects = await foldersIn(stateDir, part);
  const found = await Promise.all(
    projects.map(async (project) => {
      const items = await namesIn(join(stateDir, part, project));
      return items.map((item) => ({ project, item }));
    }),
  );
  return found.flat();
}

async function foldersIn(stateDir: string, part: string): Promise<string[]> {
  const entries = await readdir(stateDir, { withFileTypes: true }).catch(() => []);
  const isFolder = entries.some((entry) => entry.name === part && entry.isDirectory());
  if (!isFolder) return [];
  const below = await readdir(join(stateDir, part), { withFileTypes: true }).catch(() => []);
  return below.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).then(
    (names) => names.sort(),
    () => [],
  );
}
