// How the commands of one try end: well, by a fault of the infrastructure, or by one of the product.
// It must never draw from anything but the generator it is given: a seed replays a case.
import type { DeployPhase, StepEnd } from '../../../services/workers/deploying/step-verdict.ts';
import type { Prng } from '../../support/prng.ts';

export interface EndedCommand {
  phase: DeployPhase;
  end: StepEnd;
  /** What its verdict file holds; read only where the stage asks for one. */
  verdict: string | null;
}

export interface CommandEnds {
  /** Something around the commands did not work at all: its cause. */
  thrown: string | null;
  commands: EndedCommand[];
}

export interface Product {
  faultRate: number;
  isBad: boolean;
  /** Its verification says by a file how it went, and not by its exit code alone. */
  hasVerdictFile: boolean;
}

const PHASES = ['prepare', 'deploy', 'verify'] as const;
const GOOD = JSON.stringify({ outcome: 'pass' });

/** One try on infrastructure that fails so often, with a good product or a bad one. */
export function triedOn(prng: Prng, { faultRate, isBad, hasVerdictFile }: Product): CommandEnds {
  const isThrown = prng.isLucky(faultRate / 4);
  const commands = PHASES.map((phase) => {
    if (prng.isLucky(faultRate)) return infrastructureFault(phase, hasVerdictFile, prng);
    if (isBad && phase === 'verify') return productFault(prng);
    return { phase, end: ended(0), verdict: GOOD };
  });
  const causes = ['remote-unreachable', 'disk-full', 'workspace-failed'];
  return { thrown: isThrown ? prng.pick(causes) : null, commands };
}

function infrastructureFault(
  phase: DeployPhase,
  hasVerdictFile: boolean,
  prng: Prng,
): EndedCommand {
  if (phase === 'prepare') {
    const end = prng.pick([ended(1), ended(75), ended(null), { ...ended(null), isOverdue: true }]);
    return { phase, end, verdict: null };
  }
  const cause = prng.pick(['database-away', 'remote-unreachable', 'gate-unavailable']);
  const told = JSON.stringify({ outcome: 'fail', cause, summary: 'not the product' });
  const isTold = phase === 'verify' && hasVerdictFile && prng.isLucky(0.5);
  if (isTold) return { phase, end: ended(prng.integer(0, 74)), verdict: told };
  return prng.pick([
    { phase, end: ended(75), verdict: told },
    { phase, end: ended(75), verdict: null },
    { phase, end: ended(75), verdict: GOOD },
    { phase, end: ended(75), verdict: '{' },
  ]);
}

/** Whatever it looks like, it never looks like success. */
function productFault(prng: Prng): EndedCommand {
  const phase = 'verify';
  const cause = prng.pick(['assertion', 'latency', 'not-in-any-registry', 'worker-lost']);
  const told = JSON.stringify({ outcome: 'fail', cause });
  const code = prng.integer(1, 74);
  return prng.pick([
    { phase, end: ended(code), verdict: told },
    { phase, end: ended(code), verdict: GOOD },
    { phase, end: ended(code), verdict: null },
    { phase, end: ended(137), verdict: null },
    { phase, end: ended(null), verdict: GOOD },
    { phase, end: { ...ended(null), isOverdue: true }, verdict: GOOD },
    { phase, end: { ...ended(0), isOverdue: true }, verdict: GOOD },
  ]);
}

function ended(exit: number | null): StepEnd {
  return { exit, signal: exit === null ? 'SIGKILL' : null, isOverdue: false, tail: '' };
}
