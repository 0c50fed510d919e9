// A folder with an onceward.yaml in which `onceward project …` is called, against the fleet of the test.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandContext } from '../../../services/inspect/command-context.ts';
import { projectAdd } from '../../../services/inspect/commands/project/add.ts';
import { projectRemove } from '../../../services/inspect/commands/project/remove.ts';
import { projectSet } from '../../../services/inspect/commands/project/set.ts';
import { projectShow } from '../../../services/inspect/commands/project/show.ts';
import { DOCUMENTS } from '../../../services/inspect/documents/output-schema.ts';
import { parseSetting } from '../../../services/registry/setting-paths.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import type { startFleet, TestContextOptions } from './command-fixture.ts';

const FILE = `version: 1
connections:
  main: { kind: github, tokenVariable: GITHUB_TOKEN }
projects:
  filed: { repository: ./filed.git, pipeline: standard }
pipelines:
  standard: { stages: [{ name: build, kind: external }] }
  other: { stages: [{ name: test, kind: external }] }
`;
export const GITHUB = 'github:acme/shop@main';

type Fleet = Pick<Awaited<ReturnType<typeof startFleet>>, 'at'>;
type Command = (context: CommandContext) => Promise<number>;

/** A folder with this onceward.yaml, where commands are called. */
export function folderWith(fleet: Fleet, text: string | null = FILE) {
  const folder = temporaryDirectory();
  if (text !== null) writeFileSync(join(folder, 'onceward.yaml'), text);
  const call = async (command: Command, options: TestContextOptions = {}) => {
    const made = fleet.at({ output: 'json', stateDirectory: folder, ...options });
    const code = await command(made.context);
    return { code, ...made };
  };
  /** The one document it prints. */
  const documentOf = async (name: keyof typeof DOCUMENTS, command: Command) => {
    const [document] = (await call(command)).documents();
    DOCUMENTS[name].parse(document);
    return document;
  };
  const add = (project: string, more: object = {}) =>
    documentOf('projectChange', (context) =>
      projectAdd(context, { project, repository: './r.git', pipeline: 'standard', ...more }),
    );
  const set = (project: string, texts: string[], more: object = {}) =>
    documentOf('projectChange', (context) =>
      projectSet(context, { project, changes: texts.map(parseSetting), ...more }),
    );
  const remove = (project: string, isDraining = false) =>
    documentOf('projectChange', (context) => projectRemove(context, { project, isDraining }));
  const show = (project: string) =>
    documentOf('projectShown', (context) => projectShow(context, { project }));
  return { folder, call, documentOf, add, set, remove, show };
}
