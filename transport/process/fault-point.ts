// Named places where a test or a demonstration may kill this process, as power loss would, or stop it for a while.
// It must never do anything unless the composition root has armed it.
import { OncewardError } from '../errors.ts';

const SPEC = /^(stop:(?=[a-z]))?([a-z][a-z0-9-]{0,63})(?::([1-9][0-9]{0,5}))?$/;

interface ArmedFault {
  name: string;
  signal: 'SIGKILL' | 'SIGSTOP';
  /** How many passages are still survived. */
  passagesLeft: number;
}

let armed: ArmedFault | null = null;

/**
 * Arms one fault: `name`, or `name:N` for the Nth passage. With `stop:` in front the process is not killed but
 * stopped, at that passage and at every later one. Undefined or empty disarms.
 * The composition root passes in `ONCEWARD_FAULT`.
 * @throws USAGE when the specification cannot be read
 */
export function armFaults(spec: string | undefined): void {
  armed = spec === undefined || spec === '' ? null : parse(spec);
}

/**
 * Marks a place. When it is the armed one, the process ends here by SIGKILL: nothing is cleaned up. Or it stands
 * still here until somebody sends SIGCONT.
 */
export function faultPoint(name: string): void {
  if (armed === null || armed.name !== name) return;
  armed.passagesLeft -= 1;
  if (armed.passagesLeft <= 0) process.kill(process.pid, armed.signal);
}

function parse(spec: string): ArmedFault {
  const [, stop, name, passage = '1'] = SPEC.exec(spec) ?? [];
  if (name === undefined) {
    const expected = 'name, name:N, stop:name or stop:name:N';
    throw new OncewardError('USAGE', `cannot read the fault "${spec}": expected ${expected}`);
  }
  const signal = stop === undefined ? 'SIGKILL' : 'SIGSTOP';
  return { name, signal, passagesLeft: Number(passage) };
}
