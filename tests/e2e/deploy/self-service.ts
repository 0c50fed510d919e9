// The service that deploys itself: `onceward up` in a session of its own, started and replaced by shell scripts as an
// operator would write them. It must never leave a process behind: all of them bear a mark, and `stop` ends them.
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import {
  isStartedWith,
  livingProcesses,
  startedVariable,
} from '../../../transport/process/process-table.ts';
import { eventually } from '../../support/eventually.ts';
import { natsServerBinary } from '../../support/nats-server.ts';

const LAUNCHER = fileURLToPath(new URL('../../../services/launcher.js', import.meta.url));
const MARK = 'TEST_SELF';
const LOOK_MS = 50;

const folders = new Set<string>();
// Ahead of the removal of their folders, which they would otherwise go on writing to.
process.prependOnceListener('exit', () => {
  for (const { pid } of [...folders].flatMap(markedWith)) end(pid);
});

/**
 * Where the script that replaces the service stands still while it is held there: before it does anything, after it has
 * started the new one beside the old one, and before it brings back what ran before.
 */
export type Place = 'before' | 'beside' | 'undo';

export interface SelfService {
  /** For the configuration: the commands, and a variable by which their processes are known. */
  deployCommand: string;
  rollbackCommand: string;
  mark: Record<string, string>;
  /** Starts a process of a release, as the machine does when it boots. */
  start(release: string): Promise<void>;
  /** Releases of the living services, one for each process. */
  alive(): string[];
  /** What the scripts have done, line by line. */
  done(): string[];
  hold(place: Place): void;
  held(place: Place): Promise<void>;
  release(place: Place): void;
  /** From now on a release that is started while the mark stands ends at once. */
  setCrashing(isCrashing: boolean): void;
  /** From now on nothing is started by the script that replaces the service. */
  setStarting(isStarting: boolean): void;
  /** Kills the services of a release, and nothing else. */
  killService(release: string): void;
  /** Kills whatever runs here, the detached step included, as a machine that restarts does. */
  killAll(): Promise<void>;
  log(): string;
}

export async function makeSelfService(
  folder: string,
  { natsUrl, configuration }: { natsUrl: string; configuration: string },
): Promise<SelfService> {
  const { binary } = await natsServerBinary();
  const file = (name: string) => join(folder, name);
  const up = [process.execPath, LAUNCHER, 'up', '--role', 'all', '--config', configuration];
  const environment = [
    ...[`PATH="$PATH"`, `HOME=${folder}`, `NATS_URL=${natsUrl}`, 'ONCEWARD_HTTP=off'],
    ...[`ONCEWARD_NATS_SERVER=${binary}`, `${MARK}=${folder}`, 'ONCEWARD_RELEASE="$1"'],
  ];
  script(file('start.sh'), [
    // The checkout it is called in is gone some day, and no process can work in a folder that is gone.
    'cd /',
    `echo "start $1" >> ${file('done')}`,
    `if [ -e ${file('crashing')} ]; then set -- "$1" /nowhere.yaml; else set -- "$1" ${configuration}; fi`,
    `rm -f ${file('pid')}`,
    // Whatever is still in the session of the command when that ends is ended with it.
    `setsid sh -c 'echo $$ > ${file('pid.new')}; mv ${file('pid.new')} ${file('pid')}; exec "$@"' sh \\`,
    `  env -i ${environment.join(' ')} ${up.slice(0, -1).join(' ')} "$2" --state-dir ${file('state')} \\`,
    `  >> ${file('service.log')} 2>&1 < /dev/null &`,
    `while [ ! -e ${file('pid')} ]; do sleep 0.02; done`,
  ]);
  script(file('end.sh'), [
    'kill -TERM "$1" 2>/dev/null',
    'for _ in $(seq 100); do kill -0 "$1" 2>/dev/null || exit 0; sleep 0.1; done',
    'kill -KILL "$1" 2>/dev/null; exit 0',
  ]);
  const waiting = (place: Place) =>
    `if [ -e ${file(`hold-${place}`)} ]; then touch ${file(`held-${place}`)}; while [ -e ${file(`hold-${place}`)} ]; do sleep 0.05; done; fi`;
  script(file('replace.sh'), [
    `echo "replace $1" >> ${file('done')}`,
    waiting('before'),
    `old=$(cat ${file('pid')})`,
    `if [ -e ${file('hold-beside')} ]; then ${file('start.sh')} "$1"; ${waiting('beside')}; exit 0; fi`,
    `${file('end.sh')} "$old"`,
    `[ -e ${file('unstarting')} ] || ${file('start.sh')} "$1"`,
  ]);
  script(file('undo.sh'), [
    `echo "undo $1" >> ${file('done')}`,
    waiting('undo'),
    `rm -f ${file('crashing')} ${file('unstarting')}`,
    `${file('end.sh')} "$(cat ${file('pid')})"`,
    `${file('start.sh')} "$1"`,
  ]);
  const marked = () =>
    livingProcesses().filter(({ pid }) => isStartedWith(pid, `${MARK}=${folder}`));
  const services = () => marked().filter(({ pid }) => commandOf(pid).includes(LAUNCHER));
  folders.add(folder);
  const mark = (name: string, isSet: boolean) =>
    isSet ? writeFileSync(file(name), '') : rmSync(file(name), { force: true });
  return {
    deployCommand: `${file('replace.sh')} "$ONCEWARD_DIGEST"`,
    rollbackCommand: `${file('undo.sh')} "\${ONCEWARD_DIGEST:-first}"`,
    mark: { [MARK]: folder },
    start: async (release) => void (await execa(file('start.sh'), [release])),
    alive: () => services().map(({ pid }) => releaseOf(pid)),
    done: () => readFileSync(file('done'), 'utf8').trimEnd().split('\n'),
    hold: (place) => mark(`hold-${place}`, true),
    held: async (place) =>
      void (await eventually(() => existsSync(file(`held-${place}`)), LOOK_MS)),
    release(place) {
      mark(`hold-${place}`, false);
      mark(`held-${place}`, false);
    },
    setCrashing: (isCrashing) => mark('crashing', isCrashing),
    setStarting: (isStarting) => mark('unstarting', !isStarting),
    killService(release) {
      for (const { pid } of services().filter((one) => releaseOf(one.pid) === release)) end(pid);
    },
    async killAll() {
      // What is born while the others are killed is found the next time.
      await eventually(() => {
        const found = marked();
        for (const { pid } of found) end(pid);
        return found.length === 0;
      }, LOOK_MS);
    },
    log: () => readFileSync(file('service.log'), 'utf8'),
  };
}

function script(path: string, lines: readonly string[]): void {
  writeFileSync(path, ['#!/bin/sh', ...lines, ''].join('\n'));
  chmodSync(path, 0o755);
}

function markedWith(folder: string): { pid: number }[] {
  return livingProcesses().filter(({ pid }) => isStartedWith(pid, `${MARK}=${folder}`));
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function releaseOf(pid: number): string {
  return startedVariable(pid, 'ONCEWARD_RELEASE') ?? '';
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
