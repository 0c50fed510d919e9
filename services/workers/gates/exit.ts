// The exit gate: the command ended well, and an agent has something to show for it.
// It must never call an agent's mere exit code 0 a success.
import { readTail } from '../regular-file.ts';
import { artifactGate } from './artifact.ts';
import { type Finding, type GateSubject, passed, productFail } from './finding.ts';
import { verdictGate } from './verdict-file.ts';

const MAX_TAIL_BYTES = 2_000;

/** Passes on exit code 0; an agent must also have left a commit, an artifact or a verdict. */
export async function exitGate(subject: GateSubject): Promise<Finding> {
  const { exit, job, paths } = subject;
  if (exit.code !== 0) {
    const how = exit.code === null ? `signal ${exit.signal ?? 'unknown'}` : `code ${exit.code}`;
    const tail = await readTail(paths.logPath, MAX_TAIL_BYTES);
    return productFail('exit-code', `the command ended with ${how}; last output:\n${tail}`);
  }
  if (job.stage.kind === 'agent' && !subject.hasNewCommits && !(await hasOutput(subject))) {
    return productFail('no-output', 'the agent ended with code 0, but left no commit or artifact');
  }
  return passed('exit-code', 'exit code 0');
}

async function hasOutput(subject: GateSubject): Promise<boolean> {
  for (const gate of subject.job.stage.gates) {
    if (gate.kind === 'artifact' && (await artifactGate(gate, subject)).kind === 'pass')
      return true;
    // A reviewer commits nothing: its verdict is what it leaves behind.
    if (gate.kind === 'verdict' && (await verdictGate(gate, subject)).kind !== 'unobserved') {
      return true;
    }
  }
  return false;
}
