// Which folder may import what: the layer rules of the linter again, in the project's own words,
// so that they survive a change of linter. It must never be looser than .biome.json.
import { posix } from 'node:path';
import { isShipped, type ProjectFile, withoutComments } from './tidy-files.ts';

interface Layer {
  folders: RegExp;
  packages: RegExp;
}

const ADAPTED = 'nats|@nats-io|octokit|@octokit|execa|nanoid';
const LAYERS: Record<string, Layer> = {
  machines: { folders: /^machines\//, packages: /^(xstate|zod|ts-pattern)(\/|$)/ },
  services: {
    folders: /^(services|machines|transport)\//,
    packages: new RegExp(`^(?!(${ADAPTED})(/|$))`),
  },
  transport: { folders: /^transport\//, packages: /^(?!xstate(\/|$))/ },
};
const IMPORT = /\b(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g;

/** Finds imports that cross a layer the wrong way. */
export function layerProblems(files: readonly ProjectFile[]): string[] {
  return files.filter(isShipped).flatMap((file) =>
    [...withoutComments(file.text).matchAll(IMPORT)]
      .map((match) => match[1] ?? '')
      .filter((imported) => !isAllowed(file.path, imported))
      .map((imported) => `${file.path}: may not import "${imported}"`),
  );
}

function isAllowed(path: string, imported: string): boolean {
  const layer = LAYERS[path.split('/')[0] ?? ''];
  if (layer === undefined) return true;
  if (!imported.startsWith('.')) return layer.packages.test(imported);
  return layer.folders.test(posix.join(posix.dirname(path), imported));
}
