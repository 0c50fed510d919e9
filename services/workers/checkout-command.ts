// Runs one command in a clean checkout of a commit, and ends whatever it leaves running.
// It must never run in a worktree, nor judge how the command ended.
import { mkdir, rm } from 'node:fs/promises';
import type { CleanCheckout } from '../../transport/git/clean-checkout.ts';
import type { Repository } from '../../transport/git/repository.ts';
import type { Clock } from '../../transport/ports.ts';
import {
  type OutputStream,
  type ProcessExit,
  startProcessGroup,
} from '../../transport/process/process-group.ts';
import { endStrays } from '../../transport/process/strays.ts';
import { gateEnvironment, type HostEnvironment } from './agent-environment.ts';
import { leftoverLimitsOf, strayMarksOf } from './ending.ts';
import type { Enter } from './isolation/entering.ts';
import { checkoutPlace } from './isolation/places.ts';
import type { JobFacts } from './job-facts.ts';

export interface CheckoutCommand {
  command: string;
  /** The checkout counts as well. */
  timeoutMs: number;
  sha: string;
  job: JobFacts;
  repository: Repository;
  clock: Clock;
  host: HostEnvironment;
  enter: Enter;
  /** Besides those that the command of a gate is given; they win. */
  variables?: Readonly<Record<string, string>>;
  /** Folders outside of the checkout that it may write to. */
  writable?: readonly string[];
  onOutput?: (chunk: Uint8Array, stream: OutputStream) => void;
  /** Ends the command while it runs. */
  signal?: AbortSignal | undefined;
}

export interface CommandEnd extends ProcessExit {
  /** It was ended because its time was up. */
  isOverdue: boolean;
  /** The end of its output, as it stood. */
  tail: string;
}

const MAX_TAIL_CHARACTERS = 2_000;

/** @throws GIT_FAILED without the commit, PROCESS_FAILED when it cannot be started or ended */
export async function runInCheckout(given: CheckoutCommand): Promise<CommandEnd> {
  const { repository, clock, sha, timeoutMs } = given;
  const startedAtMs = clock.monotonicMs();
  const checkout = await repository.cleanCheckout(sha);
  try {
    const usedMs = clock.monotonicMs() - startedAtMs;
    return await runIn(checkout, { ...given, timeoutMs: Math.max(1, timeoutMs - usedMs) });
  } finally {
    await checkout.dispose();
  }
}

async function runIn(checkout: CleanCheckout, given: CheckoutCommand): Promise<CommandEnd> {
  const { command, job, sha, host, clock, repository, enter, variables } = given;
  const homeFolder = `${checkout.path}.home`;
  await mkdir(homeFolder, { mode: 0o700 });
  const own = gateEnvironment(job, { homeFolder, checkout: checkout.path, sha, host });
  const environment = { ...own, ...variables };
  const place = checkoutPlace({ checkout: checkout.path, homeFolder, environment, repository });
  const writable = [...place.writable, ...(given.writable ?? [])];
  const { invocation, endRest, ...entered } = enter({ command }, { ...place, writable });
  const limits = leftoverLimitsOf(job, { clock });
  let tail = '';
  const decoder = new TextDecoder();
  try {
    const group = await startProcessGroup({
      ...invocation,
      ...entered,
      cwd: checkout.path,
      ...limits,
      onOutput: (chunk, stream) => {
        given.onOutput?.(chunk, stream);
        tail = (tail + decoder.decode(chunk, { stream: true })).slice(-MAX_TAIL_CHARACTERS);
      },
    });
    const { exit, isOverdue } = await followed(group, given);
    const { pid: id, startTicks } = group;
    await endRest();
    await endStrays({ ...limits, ...strayMarksOf(checkout.path), session: { id, startTicks } });
    return { ...exit, isOverdue, tail };
  } finally {
    await rm(homeFolder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function followed(
  group: Awaited<ReturnType<typeof startProcessGroup>>,
  { clock, timeoutMs, signal }: CheckoutCommand,
): Promise<{ exit: ProcessExit; isOverdue: boolean }> {
  let isOverdue = false;
  const end = () => void group.terminate().catch(() => {});
  const disarm = clock.after(timeoutMs, () => {
    isOverdue = true;
    end();
  });
  signal?.addEventListener('abort', end, { once: true });
  if (signal?.aborted) end();
  const exit = await group.exit.finally(() => {
    disarm();
    signal?.removeEventListener('abort', end);
  });
  return { exit, isOverdue };
}
