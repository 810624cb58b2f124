// Follows a stream of server-sent events until its `end`. A lost connection is tried again after 0.5, 1, 2, 4, 8, 15 s with jitter;
// from the second failure on `poll` is asked every 5 s meanwhile (UI-1004). The server names the kind of a frame in its id.
export interface Followed {
  data: (payload: unknown) => void;
  end: (payload: unknown) => void;
  poll?: () => Promise<void>;
  restart?: () => void; // the stream begins again from its first event
  lost?: (since: number | undefined) => void;
}

const delays = [500, 1000, 2000, 4000, 8000, 15_000];
const pollEvery = 5000;

export function follow(url: string, to: Followed): () => void {
  let source: EventSource | undefined;
  let failures = 0;
  let lostAt: number | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let polling: ReturnType<typeof setInterval> | undefined;
  let closed = false;

  const found = (): void => {
    failures = 0;
    if (lostAt !== undefined) to.lost?.((lostAt = undefined));
    clearInterval(polling);
    polling = undefined;
  };
  const close = (): void => {
    closed = true;
    source?.close();
    clearTimeout(retry);
    clearInterval(polling);
    if (lostAt !== undefined) to.lost?.((lostAt = undefined));
  };
  const ask = (): void => {
    to.poll?.().catch(() => undefined); // the banner says that the connection is lost; the next try follows
  };
  const open = (): void => {
    if (closed) return;
    source = new EventSource(url, { withCredentials: true });
    source.onmessage = (event: MessageEvent<string>) => {
      found();
      if (event.lastEventId === 'start') return to.restart?.();
      let payload: unknown;
      try {
        payload = JSON.parse(event.data);
      } catch {
        return; // half a frame of a cut connection: the stream is opened again
      }
      if (event.lastEventId !== 'end') return to.data(payload);
      close();
      to.end(payload);
    };
    source.onerror = () => {
      source?.close();
      if (closed) return;
      if (lostAt === undefined) to.lost?.((lostAt = Date.now()));
      const delay = delays[Math.min(failures, delays.length - 1)] ?? pollEvery;
      failures++;
      if (failures >= 2 && polling === undefined) polling = setInterval(ask, pollEvery);
      retry = setTimeout(open, delay * (0.75 + Math.random() / 2));
    };
  };
  open();
  return close;
}
