import { openInspector } from '../transport/nats/inspector.ts';
import { readRunRows } from '../services/queries/run-rows.ts';
import { readItemRows } from '../services/queries/item-rows.ts';
const session = await openInspector({ url: process.argv[2]!, name: 'x', partitionOf: () => 0 });
const timed = async (name: string, work: () => Promise<unknown[]>) => { const t = performance.now(); const rows = await work(); console.log(name, rows.length, Math.round(performance.now() - t)); };
for (let i=0;i<2;i++) {
await timed('runs none', () => readRunRows(session, { state: 'running.queued' }));
await timed('runs all', () => readRunRows(session, { state: 'finalizing' }));
await timed('items none', () => readItemRows(session, { state: 'parked' }));
await timed('items all', () => readItemRows(session, { state: 'active' }));
}
await session.close();
