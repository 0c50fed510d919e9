// Builds the command lines that take rights from a program before it begins: setpriv, bubblewrap.
// It only builds; it must never leave out what it was asked for.
//
// Options as in the public manuals: setpriv(1), env(1) of GNU coreutils 8.31 or later, and bwrap(1).

export interface SandboxOptions {
  argv: readonly string[];
  cwd: string;
  /** Absolute paths that may be written to; each must exist. */
  writable: readonly string[];
  /** Absolute paths below writable ones that may not. */
  readOnly: readonly string[];
  hasNetwork: boolean;
}

/** Programs that gain rights when they are started, as sudo does, gain none. */
export function withoutNewPrivileges(argv: readonly string[]): string[] {
  return ['setpriv', '--no-new-privs', '--', ...argv];
}

/**
 * Everything of the machine can be read, nothing but the named paths be written. No other process can be
 * seen, nor a socket in /run or /tmp reached.
 */
export function bubblewrapArgv(options: SandboxOptions): string[] {
  const { argv, cwd, writable, readOnly, hasNetwork } = options;
  return [
    // bwrap itself must outlive SIGINT and SIGTERM, or all within were killed before they could heed them.
    ...['env', '--ignore-signal=INT,TERM'],
    ...['bwrap', '--die-with-parent'],
    ...['--unshare-user-try', '--unshare-pid', '--unshare-ipc', '--unshare-uts'],
    '--unshare-cgroup-try',
    ...(hasNetwork ? [] : ['--unshare-net']),
    ...['--ro-bind', '/', '/'],
    ...['--dev', '/dev', '--proc', '/proc', '--tmpfs', '/tmp', '--tmpfs', '/run'],
    // Where /etc/resolv.conf is a link to it.
    ...['--ro-bind-try', '/run/systemd/resolve', '/run/systemd/resolve'],
    ...writable.flatMap((path) => ['--bind', path, path]),
    ...readOnly.flatMap((path) => ['--ro-bind-try', path, path]),
    ...['--chdir', cwd, '--'],
    ...['env', '--default-signal=INT,TERM', ...argv],
  ];
}
