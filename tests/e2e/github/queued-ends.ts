// What is left of the merge queue's scenario: in the records, on GitHub and in the repository, in forms that can be
// compared. It must never wait for anything but what is written last: the mark and the comments of an issue.
import type { ItemContext } from '../../../machines/item/context.ts';
import { stateName } from '../../../machines/record.ts';
import type { Answer } from '../../support/github-emulator.ts';
import { passes } from './ci-robot.ts';
import { PROJECT, type QueuedScene } from './queued-scene.ts';
import { NAMES, type WorkName } from './queued-works.ts';

type Scene = Pick<QueuedScene, 'world' | 'issues'>;

export interface End {
  /** State of the item, of its pull requests, and of the issue with its labels. */
  stands: string;
  /** Stage, attempt and cause of the verdict of each run, in order. */
  runs: string[];
}

export function itemOf({ world, issues }: Scene, name: WorkName) {
  const address = `item.${PROJECT}.gh-${issues[name]}`;
  return world.fleet.until(address, ({ state, context }) => {
    return { state: stateName(state), context: context as unknown as ItemContext };
  });
}

/** Once its issue is closed, or marked as parked. */
async function endOf(scene: Scene, name: WorkName): Promise<End> {
  const { world, issues } = scene;
  const number = issues[name];
  const marks = await world.until(async () => {
    const issue = await world.alice(PROJECT, 'GET', `/issues/${number}`);
    const labels = issue.labels.map(({ name: label }: Answer) => label).sort();
    const isOver = issue.state === 'closed' || labels.includes('onceward:parked');
    return isOver && [issue.state, ...labels].join(' ');
  });
  const { state, context } = await itemOf(scene, name);
  const pulls: Answer[] = await world.alice(PROJECT, 'GET', '/pulls?state=all&per_page=100');
  const mine = pulls.filter(({ head }) => head.ref === `onceward/gh-${number}`);
  const shown = mine.map((one) => (one.merged_at === null ? one.state : 'merged'));
  return { stands: [state, ...shown, marks].join(', '), runs: context.runs.map(lineOf) };
}

export async function endsOf(scene: Scene, names: readonly WorkName[]): Promise<End[]> {
  const ends: End[] = [];
  for (const name of names) ends.push(await endOf(scene, name));
  return ends;
}

function lineOf({ stage, attempt, verdict, claimant }: ItemContext['runs'][number]): string {
  // GitHub may tell of the landing before the queue does.
  const isOwnMerge = verdict.cause === 'merged' && claimant === 'github:onceward-bot';
  return `${stage}/${attempt} ${isOwnMerge ? 'landed' : verdict.cause}`;
}

/** First lines of our comments on the issue, once there is one for each run. */
export async function headingsOf({ world, issues }: Scene, name: WorkName): Promise<string[]> {
  const { runs } = (await itemOf({ world, issues }, name)).context;
  const path = `/issues/${issues[name]}/comments?per_page=100`;
  const bodies: string[] = await world.until(async () => {
    const all: Answer[] = await world.alice(PROJECT, 'GET', path);
    const ours = all.map(({ body }) => body).filter((body) => body.startsWith('<!-- onceward:'));
    const goesOn = ours.some((body) => /^###.*: (?:waits|at work|finishing)/m.test(body));
    return ours.length >= runs.length && !goesOn && ours;
  });
  return bodies.map((body) => /^### (.*)$/m.exec(body)?.[1] ?? body).sort();
}

export interface Landed {
  /** The first-parent line of the base, oldest first, as far as its tests fail. */
  red: string[];
  /** Numbers of the issues whose item a landing of the queue names, each as often as it is named. */
  named: number[];
  /** By work: how often its notes on the base say that it was worked on; null where there are none. */
  notes: Record<WorkName, string | null>;
  colours: string[];
  /** Every commit that was merged as it is. */
  parents: string[];
}

export async function landedIn({ world, issues }: Scene): Promise<Landed> {
  const gitDir = world.remoteOf(PROJECT);
  const git = (...args: string[]) => world.fleet.git('--git-dir', gitDir, ...args);
  const messages = await git('log', '--first-parent', '--format=%B', 'main');
  const parents = await git('log', '--first-parent', '--format=%P', 'main');
  const notes = NAMES.map(async (name) => {
    const path = `main:notes/gh-${issues[name]}`;
    return [name, await git('show', path).catch(() => null)] as const;
  });
  return {
    red: await redOf(gitDir),
    named: [...messages.matchAll(/^Onceward-Item: gh-(\d+)$/gm)]
      .map(([, number]) => Number(number))
      .sort((one, other) => one - other),
    notes: Object.fromEntries(await Promise.all(notes)) as Landed['notes'],
    colours: (await git('show', 'main:colours.txt')).split('\n').sort(),
    parents: parents.split(/\s+/),
  };

  async function redOf(folder: string): Promise<string[]> {
    const line = (await git('rev-list', '--first-parent', '--reverse', 'main')).split('\n');
    const red: string[] = [];
    for (const sha of line) if (!(await passes(folder, sha))) red.push(sha);
    return red;
  }
}
