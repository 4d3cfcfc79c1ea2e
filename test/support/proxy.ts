import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Proxy {
  readonly port: number;
  /** Ends all connections at once; new ones are accepted. */
  cut(): void;
  /** Nothing passes any more, in either direction, and nothing is closed, as with a frozen server. */
  freeze(): void;
  thaw(): void;
  /** Ends all connections and accepts no new one. */
  away(): Promise<void>;
  back(): Promise<void>;
  /** The next `bytes` bytes to the server pass, then all connections are ended. */
  cutAfter(bytes: number): void;
  /** Everything to the server is so many milliseconds late. */
  delay(milliseconds: number): void;
  /** Everything to the server on connections that begin from now on is also sent a second time, on a connection of its own. */
  double(isDoubled: boolean): void;
  close(): Promise<void>;
}

/** A TCP proxy on loopback that fails as it is told. */
export async function proxyTo(port: number, host = '127.0.0.1'): Promise<Proxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let left = Infinity;
  let isFrozen = false;
  let late = 0;
  let isDoubled = false;
  const cut = () => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
    pairs.clear();
    left = Infinity;
  };
  const forward = (from: Socket, to: Socket, isToServer: boolean) => {
    const send = (bytes: Buffer) => {
      if (!isToServer || bytes.length <= left) {
        if (isToServer) left -= bytes.length;
        to.write(bytes);
        return;
      }
      to.write(bytes.subarray(0, left), cut);
    };
    let sent = Promise.resolve(); // in order, also when the delay changes
    from.on('data', (bytes: Buffer) => {
      if (!isToServer) return send(bytes);
      const due = late > 0 ? sleep(late) : Promise.resolve();
      sent = Promise.all([sent, due]).then(() => send(bytes));
    });
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
    if (isFrozen) from.pause();
  };
  const accept = (client: Socket) => {
    const server = connect(port, host);
    const pair = [client, server] as const;
    pairs.add(pair);
    client.on('close', () => pairs.delete(pair));
    forward(client, server, true);
    forward(server, client, false);
    if (isDoubled) {
      const second = connect(port, host);
      client.on('data', (bytes: Buffer) => second.write(bytes)).on('close', () => second.destroy());
      second.on('error', () => second.destroy()).resume(); // what it answers is told to nobody
    }
  };
  const listen = async (on: number): Promise<Server> => {
    const server = createServer(accept).listen(on, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };
  let server = await listen(0);
  const { port: own } = server.address() as { port: number };
  const end = async () => {
    const closed = once(server, 'close');
    server.close();
    cut();
    await closed;
  };
  return {
    port: own,
    cut,
    freeze: () => {
      isFrozen = true;
      for (const pair of pairs) for (const socket of pair) socket.pause();
    },
    thaw: () => {
      isFrozen = false;
      for (const pair of pairs) for (const socket of pair) socket.resume();
    },
    away: end,
    back: async () => {
      server = await listen(own);
    },
    cutAfter: (bytes) => (left = bytes),
    delay: (milliseconds) => (late = milliseconds),
    double: (wanted) => (isDoubled = wanted),
    close: async () => {
      if (server.listening) await end();
    },
  };
}
