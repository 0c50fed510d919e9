// `onceward up` and `onceward page` as somebody at a shell has them, with a page on a port of their own.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { natsServerBinary } from '../../support/nats-server.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const LAUNCHER = fileURLToPath(new URL('../../../services/launcher.js', import.meta.url));
const CONFIGURATION = `version: 1
projects:
  shop: { repository: ./repo.git, pipeline: p }
pipelines:
  p: { stages: [{ name: build, kind: external }] }
`;

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

export interface UpProcess {
  /** What it said when it was up: the document of `-o jsonl`, or lines. */
  said: string;
  /** SIGTERM, and how it ended. */
  stop(): Promise<Ended>;
}

export interface Folder {
  directory: string;
  /** Resolves once it is up; rejects with what it wrote when it ends before. */
  up(args: string[], env?: Record<string, string>): Promise<UpProcess>;
  run(args: string[], env?: Record<string, string>): Promise<Ended>;
}

/** A folder with a configuration, and a state directory in it. */
export function makeFolder(): Folder {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'onceward.yaml'), CONFIGURATION);
  const run = async (args: string[], env: Record<string, string> = {}) =>
    endOf(await begin(directory, args, env));
  return {
    directory,
    run,
    async up(args, env = {}) {
      const child = await begin(directory, ['up', ...args], env);
      const said = once(child.stdout?.setEncoding('utf8') ?? child, 'data');
      const end = endOf(child);
      const early = end.then(({ code, err }) => {
        throw new Error(`onceward up ended with ${code}:\n${err}`);
      });
      const [first] = await Promise.race([said, early]);
      early.catch(() => {});
      return {
        said: String(first),
        async stop() {
          child.kill('SIGTERM');
          return end;
        },
      };
    },
  };
}

async function begin(directory: string, args: string[], env: Record<string, string>) {
  const { binary } = await natsServerBinary();
  const { NATS_URL: _, FORCE_COLOR: __, ...inherited } = process.env;
  const child = spawn(process.execPath, [LAUNCHER, ...args], {
    cwd: directory,
    env: { ...inherited, ONCEWARD_NATS_SERVER: binary, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

async function endOf(child: ChildProcess): Promise<Ended> {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('no pipes');
  const [[code], out, err] = await Promise.all([once(child, 'close'), text(stdout), text(stderr)]);
  return { code, out, err };
}
