// One host or worker as a real process of the command line, kept running as a service manager would.
// It must never signal a process id that is no longer the one it started.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export interface FleetProcess {
  readonly name: string;
  readonly role: 'host' | 'worker';
  readonly log: string;
  /** True once it has said that it works, until it ends. */
  isReady(): boolean;
  /** Starts it, and again whenever it ends, until `kill` or `stop`. Resolves when it is up for the first time. */
  start(): Promise<void>;
  /** SIGKILL; it stays down until `start`. */
  kill(): Promise<void>;
  /** Freezes it with SIGSTOP; the returned function lets this very process go on. */
  freeze(): () => void;
  /** SIGTERM; resolves with false when it had to be killed after `limitMs`. */
  stop(limitMs: number): Promise<boolean>;
  /** How often it ended although nobody had killed it, once it was up. */
  crashes(): string[];
}

export interface FleetProcessOptions {
  name: string;
  role: 'host' | 'worker';
  natsUrl: string;
  configuration: string;
  stateDirectory: string;
  log: string;
}

const LAUNCHER = fileURLToPath(new URL('../../services/launcher.js', import.meta.url));
const SETPRIV = '/usr/bin/setpriv';
const RESTART_AFTER_MS = 500;

export function fleetProcess(options: FleetProcessOptions): FleetProcess {
  const { name, role, log } = options;
  const crashes: string[] = [];
  let child: ChildProcess | undefined;
  let isReady = false;
  let isWanted = false;
  let announceReady = () => {};

  const begin = (): void => {
    const started = spawnOne(options);
    child = started;
    started.stdout?.once('data', () => {
      isReady = true;
      announceReady();
    });
    started.stdout?.resume();
    started.once('exit', (code, signal) => {
      const wasReady = isReady;
      isReady = false;
      if (child === started) child = undefined;
      if (!isWanted) return;
      if (wasReady) crashes.push(`${name} ended by itself: ${signal ?? `exit code ${code}`}`);
      // Without a server none can start: that is what a service manager is for.
      void delay(RESTART_AFTER_MS).then(() => {
        if (isWanted && child === undefined) begin();
      });
    });
  };

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    isWanted = false;
    const ending = child;
    if (ending === undefined) return;
    const ended = once(ending, 'exit');
    ending.kill(signal);
    await ended;
  };

  return {
    ...{ name, role, log },
    isReady: () => isReady,
    async start() {
      isWanted = true;
      const ready = new Promise<void>((resolve) => {
        announceReady = resolve;
      });
      if (child === undefined) begin();
      if (!isReady) await ready;
    },
    kill: () => end('SIGKILL'),
    freeze() {
      const frozen = child;
      frozen?.kill('SIGSTOP');
      // A process that has ended meanwhile is not signalled: its id may be another's.
      return () => void frozen?.kill('SIGCONT');
    },
    async stop(limitMs) {
      let isInTime = true;
      const timer = setTimeout(() => {
        isInTime = false;
        child?.kill('SIGKILL');
      }, limitMs);
      child?.kill('SIGCONT');
      await end('SIGTERM');
      clearTimeout(timer);
      return isInTime;
    },
    crashes: () => [...crashes],
  };
}

/** In a group of its own, so that Ctrl-C reaches only us; on Linux it dies with us, however we die. */
function spawnOne({ role, natsUrl, configuration, stateDirectory, log }: FleetProcessOptions) {
  const args = ['up', '--role', role, '--nats', natsUrl, '--config', configuration];
  const command = [process.execPath, LAUNCHER, ...args, '--state-dir', stateDirectory];
  const tied = existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', 'KILL', ...command] : command;
  const [program = '', ...rest] = tied;
  const { NATS_URL: _url, NATS_CREDS: _credentials, ...inherited } = process.env;
  const environment = { ...inherited, ONCEWARD_HTTP: 'off' };
  const errors = openSync(log, 'a');
  const stdio = ['ignore' as const, 'pipe' as const, errors];
  const child = spawn(program, rest, { detached: true, stdio, env: environment });
  closeSync(errors);
  return child;
}
