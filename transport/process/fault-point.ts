// Named places where a test or a demonstration may kill this process, as power loss would.
// It must never do anything unless the composition root has armed it.
import { OncewardError } from '../errors.ts';

const SPEC = /^([a-z][a-z0-9-]{0,63})(?::([1-9][0-9]{0,5}))?$/;

interface ArmedFault {
  name: string;
  /** How many passages are still survived. */
  passagesLeft: number;
}

let armed: ArmedFault | null = null;

/**
 * Arms one fault: `name`, or `name:N` for the Nth passage. Undefined or empty disarms.
 * The composition root passes in `ONCEWARD_FAULT`.
 * @throws USAGE when the specification cannot be read
 */
export function armFaults(spec: string | undefined): void {
  armed = spec === undefined || spec === '' ? null : parse(spec);
}

/** Marks a place. When it is the armed one, the process ends here by SIGKILL: nothing is cleaned up. */
export function faultPoint(name: string): void {
  if (armed === null || armed.name !== name) return;
  armed.passagesLeft -= 1;
  if (armed.passagesLeft <= 0) process.kill(process.pid, 'SIGKILL');
}

function parse(spec: string): ArmedFault {
  const [, name, passage = '1'] = SPEC.exec(spec) ?? [];
  if (name === undefined) {
    throw new OncewardError('USAGE', `cannot read the fault "${spec}": expected name or name:N`);
  }
  return { name, passagesLeft: Number(passage) };
}
