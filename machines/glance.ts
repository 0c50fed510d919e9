// What the first characters of an encoded record say, for choosing among very many without parsing them.
// It must never guess: what does not begin as this version writes it has to be decoded.
import { type ActorRecord, ENVELOPE_VERSION } from './record.ts';

export interface Glance {
  /** As people read it: `running.working`. */
  state: string;
  sinceMs: number;
}

const NAME = '[A-Za-z][A-Za-z0-9]{0,63}';
const HEAD = new RegExp(
  `^\\{"v":${ENVELOPE_VERSION},"machine":"(${NAME})","machineVersion":(\\d{1,9}),` +
    `"state":(?:"(${NAME})"|\\{"(${NAME})":"(${NAME})"\\}),"sinceMs":(\\d{1,16}),"context":\\{`,
);

/** Null when only decoding can tell: another version, another machine, another order of fields. */
export function glanceAt(
  text: string,
  expected: { machine: ActorRecord['machine']; version: number },
): Glance | null {
  const [, machine, version, state, parent, child, sinceMs] = HEAD.exec(text) ?? [];
  if (machine !== expected.machine || Number(version) !== expected.version) return null;
  return { state: state ?? `${parent}.${child}`, sinceMs: Number(sinceMs) };
}
