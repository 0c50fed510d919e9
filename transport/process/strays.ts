// Ends whatever still runs of a piece of work that is over: known by a variable, by its folder, by its session.
// It must never touch itself, its ancestors, another user's or a person's, nor return while a stray lives.
import { realpathSync } from 'node:fs';
import { OncewardError } from '../errors.ts';
import {
  pause,
  type TerminationOptions,
  terminateGroup,
  terminateProcess,
} from './group-termination.ts';
import { hasProcessTable, type ProcessEntry } from './process-table.ts';
import { findStrays, ownLine, type StrayMarks } from './stray-search.ts';

/** How long new strays may turn up after the first have had their grace. */
const STORM_LIMIT_MS = 15_000;
/** Where processes come and go, one may be in no list: so many looks in a row must then find none. */
const QUIET_LOOKS = 3;
const LOOK_PAUSE_MS = 10;

export interface StraysOptions extends TerminationOptions, StrayMarks {}

/**
 * Ends every process that is known to be of the work (see `findStrays`): the whole group of one that leads
 * a group, otherwise only the process. Resolves with how many were found, once all are gone. Only the first
 * ones have their grace: what turns up while they end is born of them. Without /proc nothing is found.
 * @throws PROCESS_FAILED when one survives SIGKILL, or new ones keep turning up
 */
export async function endStrays(options: StraysOptions): Promise<number> {
  if (!hasProcessTable()) return 0;
  const marks = { ...options, folder: realFolder(options.folder) };
  const { clock } = options;
  const untilMs = clock.monotonicMs() + options.killGraceMs + STORM_LIMIT_MS;
  let found = 0;
  for (let quietLooks = 0; quietLooks < QUIET_LOOKS; ) {
    const { strays, isSure } = findStrays(marks);
    if (strays.length === 0) {
      if (found === 0 && isSure) return 0;
      quietLooks += 1;
      await pause(clock, LOOK_PAUSE_MS);
      continue;
    }
    if (clock.monotonicMs() > untilMs) throw stillTurningUp(options, found);
    await endAll(strays, found === 0 ? options : { clock, killGraceMs: 0 });
    quietLooks = 0;
    found += strays.length;
  }
  return found;
}

function stillTurningUp({ variable }: StraysOptions, found: number): OncewardError {
  return new OncewardError(
    'PROCESS_FAILED',
    `processes with ${variable} kept turning up: ${found} were ended, the last after ${STORM_LIMIT_MS} ms`,
    { details: { variable, found } },
  );
}

async function endAll(strays: readonly ProcessEntry[], options: TerminationOptions): Promise<void> {
  const sparedGroups = new Set(ownLine().map(({ groupId }) => groupId));
  const leads = ({ pid, groupId }: ProcessEntry) => pid === groupId && !sparedGroups.has(groupId);
  const groups = new Set(strays.filter(leads).map(({ groupId }) => groupId));
  const singles = strays.filter(({ groupId }) => !groups.has(groupId));
  await Promise.all([
    ...[...groups].map((groupId) => terminateGroup(groupId, options)),
    ...singles.map((stray) => terminateProcess(stray, options)),
  ]);
}

/** The kernel names folders by their real path. One that is gone can still be worked in. */
function realFolder(folder: string | undefined): string | undefined {
  if (folder === undefined) return undefined;
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}
