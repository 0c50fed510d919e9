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
 * Closes with the function it returns. While nobody sees the tab it gives its connection back: a browser has six
 * for all tabs of a server together, and each stream keeps one.
 * @param {string} path
 * @param {StreamOptions} options
 * @returns {() => void}
 */
export function openStream(path, { on, onOpen = () => {} }) {
  let pauseMs = FIRST_PAUSE_MS;
  let cancelRetry = () => {};
  /** @type {EventSource | null} */
  let source = null;

  const connect = () => {
    const opened = new EventSource(path);
    source = opened;
    opened.onopen = () => {
      pauseMs = FIRST_PAUSE_MS;
      reportConnection(path, true);
      onOpen();
    };
    opened.onerror = () => {
      reportConnection(path, false);
      // The browser tries again by itself, unless the server has said no.
      if (opened.readyState !== EventSource.CLOSED) return;
      cancelRetry = after(pauseMs, connect);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    };
    // The server is there, but NATS behind it is not: nothing would come, whatever happened.
    opened.addEventListener('source-lost', () => reportConnection(path, false));
    opened.addEventListener('source-back', () => {
      reportConnection(path, true);
      onOpen();
    });
    for (const [name, act] of Object.entries(on)) {
      opened.addEventListener(name, (event) => act(JSON.parse(event.data)));
    }
  };
  const leave = () => {
    cancelRetry();
    source?.close();
    source = null;
    forgetConnection(path);
  };
  const look = () => {
    if (document.hidden) leave();
    else if (source === null) connect();
  };

  document.addEventListener('visibilitychange', look);
  look();
  return () => {
    document.removeEventListener('visibilitychange', look);
    leave();
  };
}
