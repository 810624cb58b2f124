// A proxy in front of the server, which can lose its connections as a proxy with a time limit does.
import { createServer, request } from 'node:http';

function forward(server, incoming, outgoing, open, holds) {
  const target = new URL(incoming.url ?? '/', server);
  const out = request(target, { method: incoming.method, headers: incoming.headers }, (answer) => {
    // A proxy that buffers sends nothing of an answer before its end.
    const parts = [];
    const whole = () => { outgoing.writeHead(answer.statusCode ?? 502, answer.headers); outgoing.end(Buffer.concat(parts)); };
    if (holds()) answer.on('data', (part) => parts.push(part)).on('end', whole);
    else {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    }
    answer.on('error', () => outgoing.destroy());
  });
  open.add(out);
  out.on('close', () => open.delete(out));
  out.on('error', () => (outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(502).end()));
  outgoing.on('close', () => out.destroy());
  incoming.pipe(out);
}

// `cut` ends all open connections to the server; `away` refuses new ones to the API until it is called with false; `hold` makes the proxy buffer.
export async function proxy(server) {
  const open = new Set();
  let isAway = false;
  let isHolding = false;
  const listener = createServer((incoming, outgoing) => {
    if (isAway && (incoming.url ?? '').includes('/api/')) return incoming.socket.destroy();
    return forward(server, incoming, outgoing, open, () => isHolding);
  });
  await new Promise((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const cut = () => open.forEach((one) => one.destroy());
  return {
    origin: `http://127.0.0.1:${listener.address().port}`,
    cut,
    away: (value) => { isAway = value; if (value) cut(); },
    hold: (value) => { isHolding = value; },
    close: () => new Promise((resolve) => { listener.close(resolve); listener.closeAllConnections(); }),
  };
}
