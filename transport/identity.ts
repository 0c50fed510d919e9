// Who this process and this machine are. An identity is unique for each start: a process that comes back is
// another one, and cannot be mistaken for the one that was lost.

import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { customAlphabet, nanoid } from 'nanoid';

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';
const random = customAlphabet(ALPHABET, 8);

/** Changes with every boot: process ids of an earlier one mean nothing. */
const BOOT_ID_FILE = '/proc/sys/kernel/random/boot_id';

/** Host name and boot: where a process id is meaningful. */
export function machineName(): string {
  const host = hostname()
    .replace(/[^A-Za-z0-9-]/g, '-')
    .slice(0, 40);
  try {
    return `${host}-${readFileSync(BOOT_ID_FILE, 'utf8').slice(0, 8)}`;
  } catch {
    return host;
  }
}

/** `<role>-<host>-<pid>-<random>` */
export function processIdentity(role: string, pid: number): string {
  const host = hostname()
    .replace(/[^A-Za-z0-9-]/g, '-')
    .slice(0, 40);
  return `${role}-${host}-${pid}-${random()}`;
}

/** For a request that its sender did not name: unlike every other one. */
export function requestId(): string {
  return nanoid();
}

const SHARES = 1_000_000;

/** From 0 to 1, another one each time: keeps processes that do the same from doing it at the same moment. */
export function randomShare(): number {
  return randomInt(SHARES) / SHARES;
}

/** For items that nobody named. */
export function shortId(): string {
  return random();
}
