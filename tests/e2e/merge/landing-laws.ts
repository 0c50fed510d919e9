// What must hold of a base branch and of the items that were landed on it, whatever happened to those who landed them.
// It looks at the remote and at the audit alone; what a merge queue says of itself counts for nothing here.
import { readAudit } from '../../support/audit-log.ts';
import type { MergeFleet } from './merge-fleet.ts';
import type { BaseMove, WatchedRemote } from './watched-remote.ts';

/** Of the pipeline of these tests. */
const STAGES = ['work', 'land'];

/** One line for each law that is broken; none when all is well. Each of the items must have landed. */
export async function brokenLaws(
  fleet: MergeFleet,
  project: string,
  items: readonly string[],
): Promise<string[]> {
  const remote = fleet.remote(project);
  const moves = remote.moves();
  return [
    ...(await wrongMerges(remote, items)),
    ...(await wrongLine(remote, moves)),
    ...(await untested(remote, moves)),
    ...(await wrongAdvances(fleet, project, items)),
  ];
}

/** The content of each item comes to the base with exactly one commit of its first-parent line. */
async function wrongMerges(remote: WatchedRemote, items: readonly string[]): Promise<string[]> {
  const log = [
    'log',
    '--first-parent',
    '-m',
    '--diff-filter=A',
    '--name-only',
    '--format=',
    'main',
  ];
  const added = (await remote.git(...log)).split('\n').filter((line) => line !== '');
  const merges = (item: string) => added.filter((path) => path === `${item}.txt`).length;
  return items
    .filter((item) => merges(item) !== 1)
    .map((item) => `${item} was merged ${merges(item)} times`);
}

/** The base has had the commits of its first-parent line, one after the other, and no other value ever. */
async function wrongLine(remote: WatchedRemote, moves: readonly BaseMove[]): Promise<string[]> {
  const list = await remote.git('rev-list', '--first-parent', '--reverse', 'main');
  const [, ...line] = list.split('\n');
  // The first move made the branch.
  const values = moves.slice(1).map(({ to }) => to);
  const expected = line.join(' ');
  const had = values.join(' ');
  return had === expected ? [] : [`main has had ${had}, and its line is ${expected}`];
}

async function untested(remote: WatchedRemote, moves: readonly BaseMove[]): Promise<string[]> {
  const tested = remote.tested();
  const broken: string[] = [];
  for (const { to, atMs, pusher } of moves.slice(1)) {
    const tree = await remote.git('rev-parse', `${to}^{tree}`);
    const testedAtMs = tested.get(tree);
    if (testedAtMs !== undefined && testedAtMs <= atMs) continue;
    broken.push(`${pusher} has landed ${to}, whose tree was not tested before`);
  }
  return broken;
}

/** The run of its merge is claimed once, its item is advanced once for each stage, and nothing is tried anew. */
async function wrongAdvances(
  { nc }: MergeFleet,
  project: string,
  items: readonly string[],
): Promise<string[]> {
  const audit = await readAudit(nc);
  const applied = audit.filter(({ outcome }) => outcome === 'applied');
  const count = (address: string, type: string) =>
    applied.filter((entry) => entry.address === address && entry.type === type).length;
  return items.flatMap((item) => {
    const claims = count(`run.${project}.${item}.land.1`, 'claim');
    const advances = count(`item.${project}.${item}`, 'advance');
    const isAgain = applied.some(({ address }) => address === `run.${project}.${item}.land.2`);
    return [
      ...(claims === 1 ? [] : [`the merge of ${item} was claimed ${claims} times`]),
      ...(advances === STAGES.length ? [] : [`${item} was advanced ${advances} times`]),
      ...(isAgain ? [`${item} came to its merge again`] : []),
    ];
  });
}
