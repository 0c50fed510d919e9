// A folder with a docker client that needs no server, to be put before others in PATH.
// It must never be found by anything that was not given its environment.
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from './temporary-directory.ts';

export interface FakeEngine {
  /** PATH, HOME and what the client finds its containers by. */
  environment: Record<string, string>;
  /** The arguments of every `run`, oldest first. */
  runs(): string[][];
}

/** The only image it has is `agents:1`. Without an answering server it has nothing but a client. */
export function createFakeEngine({ isAnswering = true } = {}): FakeEngine {
  const folder = temporaryDirectory();
  const state = join(folder, 'state');
  mkdirSync(join(state, 'containers'), { recursive: true });
  const client = fileURLToPath(new URL('./fake-docker.mjs', import.meta.url));
  const program = join(folder, 'docker');
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${client}" "$@"\n`);
  chmodSync(program, 0o755);
  if (isAnswering) writeFileSync(join(state, 'answers'), '');
  const log = join(state, 'runs');
  return {
    environment: {
      PATH: `${folder}:${process.env['PATH']}`,
      HOME: temporaryDirectory(),
      DOCKER_CONFIG: state,
    },
    runs: () =>
      existsSync(log)
        ? readFileSync(log, 'utf8')
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as string[])
        : [],
  };
}
