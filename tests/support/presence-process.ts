// A process that announces itself, and can be made busy, made to leave, or killed. Says `announced` at first.
// It must never renew by itself while its main thread is busy: that is what the thread is for.
import { announce } from '../../services/actors/presence.ts';
import type { PresenceThreadData } from '../../services/actors/presence-thread.ts';

export type PresenceOrder = { order: 'block'; forMs: number } | { order: 'leave' };

const data = JSON.parse(process.argv[2] ?? '{}') as PresenceThreadData;
process.once('disconnect', () => process.exit(0));
const announcement = await announce(data);
process.send?.('announced');

process.on('message', (order: PresenceOrder) => {
  if (order.order === 'leave') {
    void announcement.stop().then(() => process.disconnect());
    return;
  }
  const untilMs = performance.now() + order.forMs;
  while (performance.now() < untilMs);
  process.send?.('idle again');
});
