// The command gate: a command succeeds in a clean checkout of the pushed commit.
// It must never run in the worktree, where files that were not pushed would help it pass.
import { type CommandEnd, runInCheckout } from '../checkout-command.ts';
import { prepareIsolation, UNAVAILABLE } from '../isolation/isolation.ts';
import { type Finding, type GateSubject, passed, productFail } from './finding.ts';

interface CommandGate {
  command: string;
  timeoutMs: number;
}

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
  const { repository, watch } = subject;
  const usedMs = clock.monotonicMs() - startedAtMs;
  const { command } = gate;
  const timeoutMs = Math.max(1, gate.timeoutMs - usedMs);
  try {
    const end = await runInCheckout({
      ...{ command, timeoutMs, sha, job, repository, clock, enter, host: environment },
      onOutput: (chunk) => watch?.onOutput(chunk.length),
      signal: watch?.signal,
    });
    return judge(gate, end);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'infra_error', cause: 'gate-unavailable', summary: reason };
  }
}

function judge(
  { command, timeoutMs }: CommandGate,
  { code, signal, isOverdue, tail }: CommandEnd,
): Finding {
  const name = command.slice(0, 200);
  if (isOverdue) {
    return productFail('gate-timeout', `"${name}" ran longer than ${timeoutMs} ms:\n${tail}`);
  }
  if (code === 0) return passed('gate-command', `"${name}" succeeded`);
  if (code === TEMPORARY_FAILURE) {
    const summary = `"${name}" says with code ${code} that it may pass later; last output:\n${tail}`;
    return { kind: 'infra_error', cause: 'gate-unavailable', summary };
  }
  const how = code === null ? `signal ${signal ?? 'unknown'}` : `code ${code}`;
  return productFail('gate-command', `"${name}" ended with ${how}; last output:\n${tail}`);
}
