// Reads one partition's mailbox for as long as this host owns it, and opens it again after every interruption.
// It hands messages on in order; it does not know what they mean.
import type { HostWorld, MailboxMessage, MailboxSession } from '../../transport/ports.ts';

/** Most messages of one partition that are being handled at the same time. */
const MAX_IN_FLIGHT = 256;
const REOPEN_AFTER_MS = 500;
/** After this long with an open mailbox it counts as caught up, whatever came. */
const MAX_CATCH_UP_MS = 30_000;

export interface MailboxReaderOptions {
  partition: number;
  world: HostWorld;
  /** Called in stream order; resolves once the message has been dealt with. */
  handle: (message: MailboxMessage) => Promise<void>;
  /** Called once, when everything that waited at the opening has been handled. */
  onCaughtUp: () => void;
  report: (error: unknown) => void;
}

export interface MailboxReader {
  /** Reads no more, and waits for what is being handled. */
  stop(): Promise<void>;
}

export function startMailboxReader(options: MailboxReaderOptions): MailboxReader {
  const { partition, world, report } = options;
  const underWay = new Set<Promise<void>>();
  let session: MailboxSession | null = null;
  let isStopped = false;
  let cancelWait = () => {};

  const track = (work: Promise<void>) => {
    const tracked = work.catch(report).finally(() => underWay.delete(tracked));
    underWay.add(tracked);
  };

  const read = async (): Promise<void> => {
    session = await world.openMailbox(partition);
    if (isStopped) return;
    const { owedUpTo } = session;
    if (owedUpTo === 0) options.onCaughtUp();
    // The last one owed may have expired from the stream meanwhile; it must not hold everything back.
    else cancelWait = world.clock.after(MAX_CATCH_UP_MS, options.onCaughtUp);
    for await (const message of session.messages()) {
      if (isStopped) return;
      track(options.handle(message));
      if (message.sequence === owedUpTo) void Promise.all(underWay).then(options.onCaughtUp);
      while (underWay.size >= MAX_IN_FLIGHT) await Promise.race(underWay);
    }
  };

  const keepReading = async (): Promise<void> => {
    while (!isStopped) {
      await read().catch(report);
      cancelWait();
      await session?.close().catch(report);
      session = null;
      if (isStopped) return;
      await new Promise<void>((done) => void world.clock.after(REOPEN_AFTER_MS, done));
    }
  };

  const reading = keepReading();

  return {
    async stop() {
      isStopped = true;
      await session?.close().catch(report);
      await reading;
      await Promise.all(underWay);
    },
  };
}
