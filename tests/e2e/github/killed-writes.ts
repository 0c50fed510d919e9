// Kills onceward in the middle of what it writes to GitHub: before it is carried out, or before its answer is there.
// It must never touch a request of anybody else.
import type { Message, Reply } from '../../support/github-replies.ts';
import type { GitHubWorld } from './github-world.ts';

/**
 * `lost`: nobody carries it out. `unanswered`: it is carried out, and nobody hears of that. `late`: it is carried out
 * soon after the next one of its kind, which is of the next life.
 */
export type Moment = 'lost' | 'unanswered' | 'late';

/** Decides of each write: its kind, how many of that kind there were before, and how many there were at all. */
export type KillPlan = (kind: string, nth: number, among: number) => Moment | null;

/** Twice for each kind: its first write is lost, and so it is repeated; that one is not answered. */
export const EACH_KIND: KillPlan = (_, nth) => MOMENTS[nth] ?? null;

/** One kill for each plan: in each of so many writes. */
export function singleKills(writes: number, moment: Moment): KillPlan[] {
  return Array.from({ length: writes }, (_, at): KillPlan => {
    return (__, ___, among) => (among === at ? moment : null);
  });
}

/** The first comment comes late, and nothing else is killed. */
export const COMMENT_LATE: KillPlan = (kind, nth) =>
  kind === 'comment' && nth === 0 ? 'late' : null;

/** The next life has looked at what it has written. */
const LATE_MS = 3_000;

const MOMENTS: readonly Moment[] = ['lost', 'unanswered'];

export interface Killing {
  /** Kinds of all writes that were seen, in their order. */
  writes: string[];
  /** Kind and moment of each kill. */
  kills: string[];
  /** Resolves once onceward is up again after the kills so far. */
  isUp(): Promise<void>;
}

const KINDS: readonly [RegExp, string][] = [
  [/^POST \S+\/labels$/, 'label'],
  [/^POST \S+\/issues\/\d+\/labels$/, 'mark'],
  [/^DELETE \S+\/issues\/\d+\/labels\/\S+$/, 'mark taken away'],
  [/^POST \S+\/issues\/\d+\/comments$/, 'comment'],
  [/^PATCH \S+\/issues\/comments\/\d+$/, 'edit'],
  [/^DELETE \S+\/issues\/comments\/\d+$/, 'comment taken away'],
  [/^POST \S+\/pulls$/, 'pull request'],
  [/^PATCH \S+\/issues\/\d+$/, 'final mark'],
];

/** Null for what only reads, and for whoever is not onceward. */
function kindOfWrite({ method, path, headers }: Message): string | null {
  if (method === 'GET' || !(headers['user-agent'] ?? '').startsWith('onceward/')) return null;
  const asked = `${method} ${path}`;
  // The label of an issue looks like one of the repository to the first pattern.
  const found = KINDS.filter(([pattern]) => pattern.test(asked)).at(-1);
  return found?.[1] ?? asked;
}

export function killInWrites(world: GitHubWorld, plan: KillPlan): Killing {
  const killing: Killing = { writes: [], kills: [], isUp: () => restarted };
  const held = new Map<string, () => Promise<unknown>>();
  let restarted = Promise.resolve();
  const kill = async (): Promise<null> => {
    const { onceward } = world.fleet;
    onceward.kill('SIGKILL');
    await onceward.ended;
    restarted = restarted.then(() => world.restart());
    return null;
  };
  world.github.intercept(async (message, pass): Promise<Reply | null> => {
    const kind = kindOfWrite(message);
    if (kind === null) return pass();
    const nth = killing.writes.filter((one) => one === kind).length;
    const moment = plan(kind, nth, killing.writes.length);
    killing.writes.push(kind);
    if (moment === null) {
      const reply = await pass();
      const late = held.get(kind);
      held.delete(kind);
      if (late !== undefined) setTimeout(() => void late(), LATE_MS);
      return reply;
    }
    killing.kills.push(`${kind}: ${moment}`);
    if (moment === 'unanswered') await pass();
    if (moment === 'late') held.set(kind, pass);
    return kill();
  });
  return killing;
}
