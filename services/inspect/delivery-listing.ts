// Stored webhooks as rows of a table: when each came, what it was, and what it made hosts look at.
import { subjectWords } from '../intake/delivery-hint.ts';
import type { DeliveryRow } from '../queries/delivery-rows.ts';
import type { Listing } from './output.ts';
import type { Times } from './times.ts';

export function deliveryListing(rows: readonly DeliveryRow[], times: Times): Listing<DeliveryRow> {
  return {
    name: 'deliveries',
    rows,
    nameOf: ({ id }) => id,
    columns: [
      { header: 'received', cell: ({ receivedAtMs }) => times.past(receivedAtMs) },
      { header: 'source', cell: ({ source }) => source },
      { header: 'event', cell: ({ event }) => event },
      { header: 'about', cell: ({ repository }) => repository ?? 'unreadable' },
      { header: 'look at', cell: ({ subject }) => (subject === null ? '' : subjectWords(subject)) },
      { header: 'delivery', cell: ({ id }) => id },
      { header: 'replay', cell: ({ replay }) => (replay === 0 ? '' : String(replay)) },
      { header: 'connection', isWide: true, cell: ({ connection }) => connection },
      { header: 'by', isWide: true, cell: ({ by }) => by ?? '' },
      { header: 'payload', isWide: true, cell: payloadCell },
      { header: 'sequence', isWide: true, cell: ({ sequence }) => String(sequence) },
    ],
    document: (row) => row,
  };
}

function payloadCell({ payloadBytes, isPayloadKept }: DeliveryRow): string {
  return `${payloadBytes} bytes${isPayloadKept ? '' : ', not kept'}`;
}
