/** Begin of the Python servers: `s` listens on port P, unless NO is set before. */
export const PYTHON_HEAD = `
import socket, sys, time, select, selectors, asyncio, socketserver, threading, os
P = int(sys.argv[1])
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
if P and 'NO' not in globals(): s.bind(('', P)); s.listen()
`;

/** A Python event loop over `s` and its connections. */
export const SELECTOR = `
sel = selectors.DefaultSelector(); sel.register(s, selectors.EVENT_READ)
while True:
    for key, _ in sel.select():
        if key.fileobj is s: sel.register(s.accept()[0], selectors.EVENT_READ)
        else: key.fileobj.recv(10)`;

/** An asyncio server on port P. */
export const ASYNCIO = `
async def serve(r, w): await r.read(10)
async def main():
    async with await asyncio.start_server(serve, '', P) as server: await server.serve_forever()
asyncio.run(main())`;

/** Begin of the C servers: `serve` lets `s` listen on the first argument. */
export const C_HEAD = `
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
static int s;
static void serve(char **v) {
  int on = 1; struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(atoi(v[1]))};
  s = socket(AF_INET, SOCK_STREAM, 0); setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  bind(s, (struct sockaddr *)&a, sizeof a); listen(s, 5);
}
static char b[100];
`;

/** A server for Node that reads and never answers. */
export const NODE = `import net from 'node:net'; net.createServer((c) => c.resume()).listen(Number(process.argv[2]));`;

/** A blocking Java server. */
export const JAVA = `
import java.net.*; import java.nio.channels.*;
class Server { public static void main(String[] a) throws Exception {
  ServerSocket s = new ServerSocket(Integer.parseInt(a[0]));
  while (true) { Socket c = s.accept(); c.getInputStream().read(); }
} }`;

/** A Java server with a selector. */
export const JAVA_NIO = `
import java.net.*; import java.nio.*; import java.nio.channels.*;
class Server { public static void main(String[] a) throws Exception {
  Selector sel = Selector.open(); ServerSocketChannel s = ServerSocketChannel.open();
  s.bind(new InetSocketAddress(Integer.parseInt(a[0]))); s.configureBlocking(false); s.register(sel, SelectionKey.OP_ACCEPT);
  while (true) { sel.select(); for (SelectionKey k : sel.selectedKeys()) {
    if (k.isAcceptable()) { SocketChannel c = s.accept(); c.configureBlocking(false); c.register(sel, SelectionKey.OP_READ); }
    else ((SocketChannel) k.channel()).read(ByteBuffer.allocate(10));
  } sel.selectedKeys().clear(); }
} }`;

/** Python: accepts without ever waiting. */
export const SPIN = `
s.setblocking(False)
while True:
    try: s.accept()
    except BlockingIOError: pass`;
