// Finds a node of version 24 for programs that need one, or has npm fetch it into its cache.
// It must never change what is installed on this machine.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const FETCH_LIMIT_MS = 120_000;
const NEEDED_MAJOR = 24;

let found: Promise<string> | undefined;

/** The absolute path of its executable; looked for once in a process. */
export function newerNode(): Promise<string> {
  found ??= isNewEnough() ? Promise.resolve(process.execPath) : fetched();
  return found;
}

function isNewEnough(): boolean {
  return Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR;
}

async function fetched(): Promise<string> {
  const wanted = ['-y', '-p', `node@${NEEDED_MAJOR}`, 'node', '-p', 'process.execPath'];
  const run = (args: string[]) => promisify(execFile)('npx', args, { timeout: FETCH_LIMIT_MS });
  // What is in the cache is good enough, and needs no network.
  const { stdout } = await run(['--offline', ...wanted]).catch(() => run(wanted));
  return stdout.trim();
}
