// What the routes share. Types only.
import type { Inspector } from '../../transport/nats/inspector.ts';
import type { Clock } from '../../transport/ports.ts';
import type { EventStreams } from './event-streams.ts';
import type { Visitors } from './visitors.ts';
import type { WebOptions } from './web-options.ts';

export interface Served extends Pick<WebOptions, 'operator' | 'stateDirectory' | 'log'> {
  session: Inspector;
  clock: Clock;
  visitors: Visitors;
  streams: EventStreams;
}
