// A mark in the name of a folder that says which process of which machine uses it.
// It must never take a process of another machine for one that is gone: its ids say nothing here.
import { createHash } from 'node:crypto';
import { hostname } from 'node:os';

import { isGone, ownProcessMark } from './abandoned.ts';
import { hasProcessTable } from './process-table.ts';

const MACHINE_DIGITS = 8;

/** `<process id>.<start>.<machine>` */
export function ownFolderMark(): string {
  return `${ownProcessMark()}.${machineDigest()}`;
}

/** True when the mark is of this machine, and its process is gone. */
export function isFolderMarkGone(mark: string): boolean {
  const at = mark.lastIndexOf('.');
  const [start, machine] = [mark.slice(0, Math.max(at, 0)), mark.slice(at + 1)];
  // Without a process table nobody can be told to be gone.
  const isOurs = machine === machineDigest() && hasProcessTable() && /^\d+\.\d+$/.test(start);
  return isOurs && isGone(start);
}

function machineDigest(): string {
  return createHash('sha256').update(hostname()).digest('hex').slice(0, MACHINE_DIGITS);
}
