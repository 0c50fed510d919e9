// Tells which processes of this machine are of a piece of work, from what the kernel says of them.
// It must never take a person's process for one of ours because it works in the same folder.
import { sep } from 'node:path';
import {
  isOwnProcess,
  isStartedWith,
  type ProcessEntry,
  readProcess,
  takeCensus,
  workingFolder,
} from './process-table.ts';

/** More generations than this between a process and the first one are taken for an error. */
const MAX_ANCESTORS = 1_000;

export interface StrayMarks {
  /** `NAME=value`, exactly as it stands in the environment a stray was started with. */
  variable: string;
  /** Real path of the folder the work had for itself. */
  folder?: string | undefined;
  /** The session of the command that is over. */
  session?: { id: number; startTicks: number | null } | undefined;
}

/**
 * `isSure` is false when a process ended during the look: it may have started another meanwhile.
 *
 * Found is every process of this user, but this one and its ancestors, that
 * - was started with the variable, or
 * - is in the session of the command, or
 * - works in the folder, has no terminal, and has lost its parent, or
 * - descends from such a one.
 *
 * The third finds what cleared its environment and left its session. One that lost its parent is a child of
 * a process that adopts orphans, and whoever adopts ours is an ancestor of this process. A person's shell or
 * editor in the folder has a terminal, or a living parent that is no ancestor of ours: it is left alone.
 * @see docs/adr/adr-0033-isolated-as-asked-and-gone-when-told.md
 */
export function findStrays(marks: StrayMarks): { strays: ProcessEntry[]; isSure: boolean } {
  const { living, isComplete } = takeCensus();
  const [self, ...ancestors] = ownLine();
  const adopters = new Set(ancestors.map(({ pid }) => pid));
  const spared = new Set([...adopters, self?.pid]);
  const candidates = living.filter(({ pid }) => !spared.has(pid) && isOwnProcess(pid));
  const roots = candidates.filter(
    (entry) =>
      isStartedWith(entry.pid, marks.variable) ||
      isInSession(entry, marks.session) ||
      isOrphanIn(entry, marks.folder, adopters),
  );
  return { strays: withDescendants(roots, candidates), isSure: isComplete };
}

/** This process, its parent, and so on up to the first one that can be seen. */
export function ownLine(): ProcessEntry[] {
  const line: ProcessEntry[] = [];
  let entry = readProcess(process.pid);
  while (entry !== null && line.length < MAX_ANCESTORS) {
    line.push(entry);
    entry = entry.parentId > 0 ? readProcess(entry.parentId) : null;
  }
  return line;
}

function isInSession({ sessionId }: ProcessEntry, session: StrayMarks['session']): boolean {
  if (session === undefined || sessionId !== session.id) return false;
  // The kernel gives no id away while a session bears it; a leader born later means that ours is gone.
  const leader = readProcess(sessionId);
  return leader === null || leader.startTicks === session.startTicks;
}

function isOrphanIn(
  { pid, parentId, hasTerminal }: ProcessEntry,
  folder: string | undefined,
  adopters: ReadonlySet<number>,
): boolean {
  if (folder === undefined || hasTerminal || !adopters.has(parentId)) return false;
  const at = workingFolder(pid);
  return at !== null && (at === folder || at.startsWith(folder + sep));
}

function withDescendants(
  roots: readonly ProcessEntry[],
  candidates: readonly ProcessEntry[],
): ProcessEntry[] {
  const found = new Map(roots.map((entry) => [entry.pid, entry]));
  let isGrowing = found.size > 0;
  while (isGrowing) {
    const born = candidates.filter(({ pid, parentId }) => !found.has(pid) && found.has(parentId));
    for (const entry of born) found.set(entry.pid, entry);
    isGrowing = born.length > 0;
  }
  return [...found.values()];
}
