// One life of a process: its clock, its timers and its connection, and everything that may go wrong with them.
// Once it has ended nothing of it happens any more: no promise settles, no timer fires.
import { OncewardError } from '../../transport/errors.ts';
import type { Clock } from '../../transport/ports.ts';
import { createPausing } from './pausing.ts';
import { EPOCH_MS, type World } from './world.ts';

const REQUEST_TIMEOUT_MS = 5_000;
const MAX_LATE_MS = 8_000;
/** Longer than the grace, a lease and the time to live of a presence together. */
const MAX_PAUSE_MS = 20_000;
const MAX_SKEW_MS = 2_000;

export interface Operation<T> {
  verb: string;
  about: string;
  /** Happens at the server, at one moment. */
  perform: () => T;
  /** May land long after it was given up. */
  isChange?: boolean;
  timeoutMs?: number;
}

export interface Sending {
  verb: string;
  about: string;
  /** Happens at the server, at one moment. */
  land: () => void;
  /** May land long after it was given up, which is after so many milliseconds. */
  isChange?: boolean;
  givenUpMs?: number;
}

export interface Life {
  readonly name: string;
  readonly clock: Clock;
  isAlive(): boolean;
  /**
   * Asks the server.
   * @throws OUTCOME_UNKNOWN when no reply came in time, and whatever the operation throws
   */
  request<T>(operation: Operation<T>): Promise<T>;
  /** Tells the server something, and waits for nothing. */
  send(sending: Sending): void;
  /** Something arrives over the connection after `delayMs`: at once, at the end of a pause, or never. */
  receive(delayMs: number, callback: () => void): void;
  /** Something happens on the machine: at once, at the end of a pause, or never. */
  notify(callback: () => void): void;
  /** Resolves after local work of so many milliseconds. */
  work(delayMs: number): Promise<void>;
  onReconnect(callback: () => void): () => void;
  /** Called at the end, however it came; at once when it has come already. */
  onEnd(callback: () => void): void;
  isConnected(): boolean;
  isPaused(): boolean;
  disconnect(forMs: number): void;
  pause(forMs: number): void;
  end(how: string): void;
}

export interface LifeOptions {
  name: string;
  /** A fault asks the process to stop in order. */
  onLeave: () => void;
  onServerFault: () => void;
  /** Nothing befalls the process itself, only what it sends. */
  isSpared?: boolean;
}

export function createLife(world: World, options: LifeOptions): Life {
  const { scheduler, faults, trace } = world;
  const { name } = options;
  const bornAtMs = scheduler.nowMs();
  const skewMs = faults.strikes('skew') ? (faults.prng.fraction() * 2 - 1) * MAX_SKEW_MS : 0;
  const reconnections = new Set<() => void>();
  const endings: (() => void)[] = [];
  const pausing = createPausing(world, name);
  const { pause } = pausing;
  let isAlive = true;
  let connectedFromMs = 0;

  const isConnected = () => scheduler.nowMs() >= connectedFromMs;

  const end = (how: string) => {
    if (!isAlive) return;
    isAlive = false;
    pausing.end();
    trace.add(name, 'ends', how);
    for (const ending of endings) ending();
  };

  /** Anything may go wrong whenever anything happens. */
  const mayFail = (where: string): void => {
    if (options.isSpared) return;
    if (faults.strikes('crash')) {
      end(`crash ${where}`);
      return;
    }
    if (faults.strikes('pause')) pause(500 + faults.prng.fraction() * MAX_PAUSE_MS);
    if (faults.strikes('disconnect')) disconnect(50 + faults.prng.fraction() * 6_000);
    // Whoever loses the connection is often stopped, too.
    if (faults.strikes('leave', isConnected() ? 1 : 8)) options.onLeave();
    if (faults.strikes('restart')) options.onServerFault();
  };

  const disconnect = (forMs: number): void => {
    const untilMs = scheduler.nowMs() + forMs;
    if (!isAlive || untilMs <= connectedFromMs) return;
    trace.add(name, 'disconnected', '', Math.round(forMs));
    connectedFromMs = untilMs;
    scheduler.after(world.putOff(forMs), () => {
      if (!isConnected()) return;
      pausing.happen('arrivals', () => {
        trace.add(name, 'reconnected', '');
        for (const callback of [...reconnections]) callback();
      });
    });
  };

  const after = (delayMs: number, callback: () => void): (() => void) => {
    let isCancelled = false;
    const lateMs = faults.strikes('late-timer') ? faults.prng.fraction() * 4_000 : 0;
    const cancel = scheduler.after(Math.max(0, delayMs) + lateMs, () =>
      pausing.happen('timers', () => {
        if (isCancelled) return;
        mayFail('at a timer');
        if (isAlive) callback();
      }),
    );
    return () => {
      isCancelled = true;
      cancel();
    };
  };

  const receive = (delayMs: number, callback: () => void): void => {
    scheduler.after(delayMs, () => {
      // A message that meets a broken connection is gone.
      if (isConnected()) pausing.happen('arrivals', callback);
    });
  };

  const send = ({ verb, about, land, isChange = false, givenUpMs = 0 }: Sending): void => {
    if (!isAlive) return;
    mayFail(`before ${verb}`);
    if (!isAlive || faults.strikes('lost-request')) return;
    const arrive = () => {
      if (scheduler.nowMs() < world.downUntilMs) return;
      land();
      mayFail(`after ${verb}`);
    };
    if (isChange && faults.strikes('late-write')) {
      trace.add(name, verb, about, 'is late');
      scheduler.after(world.putOff(givenUpMs + faults.prng.fraction() * MAX_LATE_MS), arrive);
      return;
    }
    const waitMs = Math.max(0, connectedFromMs - scheduler.nowMs());
    scheduler.after(waitMs + world.latencyMs(), () => {
      // What waited for the connection in a process that died was never sent.
      if (waitMs === 0 || isAlive) arrive();
    });
  };

  const request = <T>(operation: Operation<T>): Promise<T> => {
    const { verb, about, perform, isChange = false, timeoutMs = REQUEST_TIMEOUT_MS } = operation;
    return new Promise((resolve, reject) => {
      let isSettled = false;
      const settle = (settling: () => void) => {
        if (isSettled) return;
        isSettled = true;
        cancel();
        settling();
      };
      const cancel = scheduler.after(timeoutMs, () =>
        pausing.happen('timers', () =>
          settle(() => {
            trace.add(name, verb, about, 'unknown');
            const message = `no answer to ${verb} ${about} within ${timeoutMs} ms`;
            reject(new OncewardError('OUTCOME_UNKNOWN', message));
          }),
        ),
      );
      const land = () => {
        const isHeard = !faults.strikes('lost-reply');
        trace.add(name, verb, about, isHeard ? '' : 'landed unheard');
        const reply = replyOf(perform, resolve, reject);
        if (isHeard) receive(world.latencyMs(), () => settle(reply));
      };
      send({ verb, about, land, isChange, givenUpMs: timeoutMs });
    });
  };

  return {
    name,
    clock: {
      nowMs: () => Math.floor(EPOCH_MS + scheduler.nowMs() + skewMs),
      monotonicMs: () => scheduler.nowMs() - bornAtMs,
      after,
    },
    notify: (callback) => pausing.happen('arrivals', callback),
    ...{ request, send, receive, isConnected, pause, disconnect, end },
    isAlive: () => isAlive,
    isPaused: pausing.isPaused,
    work: (delayMs) => new Promise((resolve) => void after(delayMs, resolve)),
    onReconnect(callback) {
      reconnections.add(callback);
      return () => void reconnections.delete(callback);
    },
    onEnd(callback) {
      // What a process sent arrives after its end, too, and must hold nothing for it.
      if (isAlive) endings.push(callback);
      else callback();
    },
  };
}

/** What the server answers: a value, or an error. */
function replyOf<T>(
  perform: () => T,
  resolve: (value: T) => void,
  reject: (error: unknown) => void,
): () => void {
  try {
    const value = perform();
    return () => resolve(value);
  } catch (error) {
    return () => reject(error);
  }
}
