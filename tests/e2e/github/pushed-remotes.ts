// Bare repositories whose pushes are there for GitHub as soon as they return, as with GitHub itself.
// It must never say that something was pushed before GitHub has it.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { GitHubEmulator } from '../../support/github-emulator.ts';
import { mirrorBranch } from '../../support/github-mirror.ts';

export const OWNER = 'acme';
const IDENTITY = ['-c', 'user.name=test', '-c', 'user.email=test@onceward.invalid'];

/** @param sha null for a branch that was deleted */
export type OnPush = (pushed: { project: string; branch: string; sha: string | null }) => void;

/**
 * Told of each push by the hook of the remote, which waits for the answer: then GitHub has it, too. Whoever pushes
 * is the bot to GitHub.
 */
export async function startPushes(
  github: GitHubEmulator,
  { folder, onPush = () => {} }: { folder: string; onPush?: OnPush | undefined },
): Promise<{ server: Server; port: number }> {
  const server = createServer((request, response) => {
    const [, project = '', branch] = /^\/([^/]+)\/refs\/heads\/(.+)$/.exec(request.url ?? '') ?? [];
    // GitHub has other refs, too, and says nothing of them.
    if (branch === undefined) return response.end('no branch\n');
    const place = { repository: `${OWNER}/${project}`, gitDir: join(folder, `${project}.git`) };
    const mirrored = mirrorBranch(github, { ...place, branch, by: github.tokens.bot });
    return mirrored.then(
      (sha) => {
        response.end('there\n');
        onPush({ project, branch, sha });
      },
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

export async function makeRemote({
  folder,
  name,
  pushes,
  files,
}: {
  folder: string;
  name: string;
  pushes: number;
  files: Readonly<Record<string, string>>;
}): Promise<void> {
  const remote = join(folder, `${name}.git`);
  const seed = join(folder, `${name}-seed`);
  await execa('git', ['init', '--quiet', '--bare', '--initial-branch=main', remote]);
  mkdirSync(join(remote, 'hooks'), { recursive: true });
  const hook = join(remote, 'hooks', 'post-receive');
  writeFileSync(
    hook,
    `#!/bin/bash
while read -r old new ref; do
  exec 3<>/dev/tcp/127.0.0.1/${pushes}
  printf 'GET /${name}/%s HTTP/1.0\\r\\n\\r\\n' "$ref" >&3
  cat <&3 >/dev/null
done
`,
  );
  chmodSync(hook, 0o755);
  await execa('git', ['init', '--quiet', '--initial-branch=main', seed]);
  for (const [path, content] of Object.entries({ 'README.md': `# ${name}\n`, ...files })) {
    mkdirSync(dirname(join(seed, path)), { recursive: true });
    writeFileSync(join(seed, path), content);
  }
  await execa('git', ['add', '-A'], { cwd: seed });
  const env = { TZ: 'UTC' };
  await execa('git', [...IDENTITY, 'commit', '--quiet', '-m', 'begin'], { cwd: seed, env });
  await execa('git', ['push', '--quiet', remote, 'main'], { cwd: seed });
}
