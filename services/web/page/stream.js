// A stream of server-sent events that comes back by itself, and says when it is gone.
// It must never show what it missed as if nothing had happened: whoever listens is told to read again.
import { after } from './clock.js';
import { forgetConnection, reportConnection } from './connection.js';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;

/**
 * @typedef {object} StreamOptions
 * @property {Record<string, (data: any) => void>} on by the name of the event
 * @property {() => void} [onOpen] at every connection, the first included
 */

/**
 * Closes with the function it returns.
 * @param {string} path
 * @param {StreamOptions} options
 * @returns {() => void}
 */
export function openStream(path, { on, onOpen = () => {} }) {
  let pauseMs = FIRST_PAUSE_MS;
  let cancelRetry = () => {};
  /** @type {EventSource} */
  let source;

  const connect = () => {
    source = new EventSource(path);
    source.onopen = () => {
      pauseMs = FIRST_PAUSE_MS;
      reportConnection(path, true);
      onOpen();
    };
    source.onerror = () => {
      reportConnection(path, false);
      // The browser tries again by itself, unless the server has said no.
      if (source.readyState !== EventSource.CLOSED) return;
      cancelRetry = after(pauseMs, connect);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    };
    for (const [name, act] of Object.entries(on)) {
      source.addEventListener(name, (event) => act(JSON.parse(event.data)));
    }
  };

  connect();
  return () => {
    cancelRetry();
    source.close();
    forgetConnection(path);
  };
}
