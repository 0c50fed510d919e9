// Takes the place of services/workers/gates/command.ts: the gate of a merge queue takes a while, says something now
// and then, and finds what is true of the candidate, unless it is red for no reason, breaks off, or hangs.
import type { Finding, GateSubject } from '../../../services/workers/gates/finding.ts';
import { benchOf } from '../machine-room.ts';

const MAX_GATE_MS = 6_000;
const MAX_PARTS = 4;
/** Longer than the lease of whoever stands still. */
const HANG_MS = 130_000;
const HANG_SHARE = 0.01;

export async function commandGate(
  _gate: unknown,
  { clock, headSha, watch }: GateSubject,
): Promise<Finding> {
  const { life, world, remote } = benchOf(clock);
  const isHanging = world.prng.isLucky(HANG_SHARE);
  const parts = world.prng.integer(1, MAX_PARTS);
  const lastsMs = isHanging ? HANG_MS : world.prng.fraction() * MAX_GATE_MS;
  for (let part = 1; part <= parts; part += 1) {
    await life.work(lastsMs / parts);
    if (watch?.signal.aborted) break;
    watch?.onOutput(1);
  }
  const kind = remote.test(headSha ?? '', 'gates');
  return { kind, cause: 'gate-command', summary: `the gates say ${kind}` };
}
