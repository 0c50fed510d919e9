import { openInspector } from '../transport/nats/inspector.ts';
import { readRunRows } from '../services/queries/run-rows.ts';
const session = await openInspector({ url: process.argv[2]!, name: 'x', partitionOf: () => 0 });
const t = performance.now(); const rows = await readRunRows(session, { state: 'finalizing' }); console.log(rows.length, Math.round(performance.now() - t));
await session.close();
