// A real nats-server from the shipped nats.conf, with some of its sections switched on as its comments say.
// It must never change a line of that file otherwise, but for what every embedded server gets filled in.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbeddedServer } from '../../transport/nats/embedded-server.ts';
import { natsServerBinary } from '../support/nats-server.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

export type Section = 'accounts' | 'users' | 'nkeys' | 'tls';
export type LoginName = 'host' | 'worker' | 'publisher' | 'inspector' | 'operator';

const CONFIG = fileURLToPath(new URL('../../nats.conf', import.meta.url));
export const LOGINS: readonly LoginName[] = [
  'host',
  'worker',
  'publisher',
  'inspector',
  'operator',
];

export interface SecuredServer {
  /** Host and port. */
  host: string;
  stateDir: string;
  /** The address with the name and password of a login. */
  urlOf(login: LoginName): string;
  stop(): Promise<void>;
}

/** @param options.variables what `$NAME` in the file stands for, besides the passwords */
export async function startSecuredServer(options: {
  sections: readonly Section[];
  stateDir?: string;
  variables?: Readonly<Record<string, string>>;
  /** Where `tls/` is. */
  tlsFolder?: string;
}): Promise<SecuredServer> {
  const stateDir = options.stateDir ?? temporaryDirectory();
  const config = join(temporaryDirectory(), 'nats.conf');
  const passwords = LOGINS.map((login) => [
    `ONCEWARD_${login.toUpperCase()}_PASSWORD`,
    passwordOf(login),
  ]);
  // An unused name is an error of the server's own making.
  const used = options.sections.includes('users') ? Object.fromEntries(passwords) : {};
  const variables = Object.entries({ ...used, ...options.variables });
  const lines = variables.map(([name, value]) => `${name}: ${value}`);
  const text = withSections(readFileSync(CONFIG, 'utf8'), options.sections);
  const certified = text.replaceAll('"tls/', `"${options.tlsFolder ?? 'tls'}/`);
  writeFileSync(config, `${lines.join('\n')}\n${certified}`);
  const { binary } = await natsServerBinary();
  const server = await startEmbeddedServer({ binary, stateDir, config, report: () => {} });
  const killAtExit = () => void process.kill(server.pid, 'SIGKILL');
  process.prependOnceListener('exit', killAtExit);
  server.onExit(() => process.off('exit', killAtExit));
  const { host } = new URL(server.url);
  return {
    host,
    stateDir,
    urlOf: (login) => `nats://${login}:${passwordOf(login)}@${host}`,
    async stop() {
      process.off('exit', killAtExit);
      await server.stop();
    },
  };
}

function passwordOf(login: LoginName): string {
  return `secret-of-${login}`;
}

/** The same as the command in the file: `sed -E 's/^#(name|name)\| ?//'`. */
function withSections(text: string, sections: readonly Section[]): string {
  return text.replace(new RegExp(`^#(?:${sections.join('|')})\\| ?`, 'gm'), '');
}
