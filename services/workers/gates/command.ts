// The command gate: a command succeeds in a clean checkout of the pushed commit.
// It must never run in the worktree, where files that were not pushed would help it pass.
import { mkdir, rm } from 'node:fs/promises';
import type { CleanCheckout } from '../../../transport/git/clean-checkout.ts';
import { type ProcessExit, startProcessGroup } from '../../../transport/process/process-group.ts';
import { endStrays } from '../../../transport/process/strays.ts';
import { gateEnvironment } from '../agent-environment.ts';
import { leftoverLimitsOf, strayMarksOf } from '../ending.ts';
import type { Enter } from '../isolation/entering.ts';
import { prepareIsolation, UNAVAILABLE } from '../isolation/isolation.ts';
import { checkoutPlace } from '../isolation/places.ts';
import { type Finding, type GateSubject, passed, productFail } from './finding.ts';

interface CommandGate {
  command: string;
  timeoutMs: number;
}

const MAX_TAIL_CHARACTERS = 2_000;
/** EX_TEMPFAIL of sysexits.h: nothing was found out about the work. */
const TEMPORARY_FAILURE = 75;

/** Passes when the command exits 0 within its time. Not being able to run it is no verdict on the work. */
export async function commandGate(gate: CommandGate, subject: GateSubject): Promise<Finding> {
  const sha = subject.headSha ?? subject.baseSha;
  const startedAtMs = subject.clock.monotonicMs();
  // It runs what the agent wrote: as far from the machine as the agent itself.
  const { job, clock, stateDir, host: environment } = subject;
  const { enter, reason: summary } = await prepareIsolation(job, { clock, stateDir, environment });
  if (enter === null) return { kind: 'infra_error', cause: UNAVAILABLE, summary };
  let checkout: CleanCheckout | null = null;
  try {
    checkout = await subject.repository.cleanCheckout(sha);
    const usedMs = subject.clock.monotonicMs() - startedAtMs;
    const timeoutMs = Math.max(1, gate.timeoutMs - usedMs);
    return await runIn(checkout, { ...gate, timeoutMs, sha, enter }, subject);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'infra_error', cause: 'gate-unavailable', summary: reason };
  } finally {
    await checkout?.dispose();
  }
}

async function runIn(
  checkout: CleanCheckout,
  { command, timeoutMs, sha, enter }: CommandGate & { sha: string; enter: Enter },
  { job, host, clock, repository, watch }: GateSubject,
): Promise<Finding> {
  const homeFolder = `${checkout.path}.home`;
  await mkdir(homeFolder, { mode: 0o700 });
  const environment = gateEnvironment(job, { homeFolder, checkout: checkout.path, sha, host });
  const place = checkoutPlace({ checkout: checkout.path, homeFolder, environment, repository });
  const { invocation, endRest, ...given } = enter({ command }, place);
  const limits = leftoverLimitsOf(job, { clock });
  let tail = '';
  let isOverdue = false;
  const decoder = new TextDecoder();
  try {
    const group = await startProcessGroup({
      ...invocation,
      ...given,
      cwd: checkout.path,
      ...limits,
      onOutput: (chunk) => {
        watch?.onOutput(chunk.length);
        tail = (tail + decoder.decode(chunk, { stream: true })).slice(-MAX_TAIL_CHARACTERS);
      },
    });
    const disarm = clock.after(timeoutMs, () => {
      isOverdue = true;
      group.terminate().catch(() => {});
    });
    const end = () => void group.terminate().catch(() => {});
    watch?.signal.addEventListener('abort', end, { once: true });
    if (watch?.signal.aborted) end();
    const exit = await group.exit.finally(disarm);
    watch?.signal.removeEventListener('abort', end);
    const { pid: id, startTicks } = group;
    await endRest();
    await endStrays({ ...limits, ...strayMarksOf(checkout.path), session: { id, startTicks } });
    return judge({ command, timeoutMs, exit, isOverdue, tail });
  } finally {
    await rm(homeFolder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function judge({
  command,
  timeoutMs,
  exit,
  isOverdue,
  tail,
}: {
  command: string;
  timeoutMs: number;
  exit: ProcessExit;
  isOverdue: boolean;
  tail: string;
}): Finding {
  const name = command.slice(0, 200);
  if (isOverdue) {
    return productFail('gate-timeout', `"${name}" ran longer than ${timeoutMs} ms:\n${tail}`);
  }
  if (exit.code === 0) return passed('gate-command', `"${name}" succeeded`);
  if (exit.code === TEMPORARY_FAILURE) {
    const summary = `"${name}" says with code ${exit.code} that it may pass later; last output:\n${tail}`;
    return { kind: 'infra_error', cause: 'gate-unavailable', summary };
  }
  const how = exit.code === null ? `signal ${exit.signal ?? 'unknown'}` : `code ${exit.code}`;
  return productFail('gate-command', `"${name}" ended with ${how}; last output:\n${tail}`);
}
