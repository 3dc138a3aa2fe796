import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { JAVA } from './java.ts';

/** A thread for each client, resources that close themselves, and no loop of its own. */
const EXECUTOR = `import java.io.*; import java.net.*; import java.util.concurrent.*;
public class Server {
  public static void main(String[] args) throws Exception {
    ExecutorService pool = Executors.newCachedThreadPool();
    try (ServerSocket server = new ServerSocket(Integer.parseInt(args[0]))) {
      while (true) {
        Socket s = server.accept();
        pool.execute(() -> {
          try (s) { s.getInputStream().transferTo(s.getOutputStream()); } catch (IOException e) { System.err.println(e); }
        });
      }
    }
  }
}
`;
const NIO = `import java.net.*; import java.nio.*; import java.nio.channels.*; import java.io.*;
public class Server {
  public static void main(String[] a) throws IOException {
    Selector sel = Selector.open();
    ServerSocketChannel ss = ServerSocketChannel.open();
    ss.bind(new InetSocketAddress("localhost", Integer.parseInt(a[0])));
    ss.configureBlocking(false);
    ss.register(sel, SelectionKey.OP_ACCEPT);
    while (true) {
      sel.select();
      for (var it = sel.selectedKeys().iterator(); it.hasNext();) {
        SelectionKey k = it.next();
        it.remove();
        try {
          if (k.isAcceptable()) {
            SocketChannel c = ss.accept();
            c.configureBlocking(false);
            c.register(sel, SelectionKey.OP_READ, ByteBuffer.allocate(8192));
            continue;
          }
          SocketChannel c = (SocketChannel) k.channel();
          ByteBuffer b = (ByteBuffer) k.attachment();
          int n = c.read(b);
          if (n < 0) { c.close(); continue; }
          b.flip();
          c.write(b);
          b.compact();
        } catch (IOException e) { k.cancel(); k.channel().close(); }
      }
    }
  }
}
`;
const LINES = `import java.io.*; import java.net.*;
public class Server {
  public static void main(String[] args) throws IOException {
    ServerSocket server = new ServerSocket(Integer.parseInt(args[0]));
    for (;;) {
      try (Socket client = server.accept()) {
        BufferedReader in = new BufferedReader(new InputStreamReader(client.getInputStream()));
        PrintWriter out = new PrintWriter(client.getOutputStream());
        String line;
        while ((line = in.readLine()) != null) {
          System.out.println(line);
          out.println(line);
          out.flush();
        }
      }
    }
  }
}
`;
const READ_LOOP = ['small-buffer', 'no-eof-check', 'spins-at-eof', 'whole-buffer', 'decodes'];

function mutate(source: string, name: string): string {
  return String(JAVA.find((each) => each.name === name)?.apply(source));
}

test.each([
  ['an executor and transferTo()', EXECUTOR, ['no-flush', 'busy-wait']],
  [
    'channels',
    NIO,
    ['recv-once', 'whole-buffer', 'decodes', 'no-flush', 'buffered-no-flush', 'gives-up', 'busy-recv'],
  ],
  [
    'lines of text',
    LINES,
    [...READ_LOOP, 'buffered-no-flush', 'discards-first', 'dies-at-reset', 'busy-recv', 'busy-wait'],
  ],
])('of a solution with %s all kinds that fit are made, and compile', (_, source, left) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'java-'));
  try {
    const made = JAVA.filter(({ apply }) => typeof apply(source) === 'string');
    expect(JAVA.filter((each) => !made.includes(each)).map(({ name }) => name)).toEqual(left);
    const files = made.map(({ name, apply }, at) => {
      mkdirSync(path.join(folder, `m${at}`));
      const file = path.join(folder, `m${at}`, 'Server.java');
      writeFileSync(file, `package m${at}; // ${name}\n${apply(source)}`);
      return file;
    });
    execFileSync('javac', ['-nowarn', '-proc:none', '-d', path.join(folder, 'out'), ...files], {
      stdio: 'pipe',
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a connection stays open although a resource would be closed', () => {
  expect(mutate(EXECUTOR, 'no-close')).toContain('try (java.io.Closeable open_ = null) { s.getInput');
  expect(mutate(LINES, 'no-close')).toContain(
    'Socket client = server.accept(); try (java.io.Closeable open_ = null) {',
  );
});

test('the bytes of a channel are changed where they are received', () => {
  expect(mutate(NIO, 'extra-nul')).toContain('int n = Changed_.read(c, b);');
  expect(mutate(EXECUTOR, 'extra-nul')).toContain(
    'out_.write(Changed_.text(java.util.Arrays.copyOf(buffer_, n_)));',
  );
  expect(mutate(LINES, 'extra-nul')).toContain('out.println(Changed_.text(line));');
});

test('whether a mutant may survive depends on the program', () => {
  const excuse = (name: string, source: string) =>
    JAVA.find((each) => each.name === name)?.harmless?.(source);
  expect(excuse('dies-at-reset', EXECUTOR)).toMatch(/only that thread dies/);
  expect(excuse('dies-at-reset', NIO)).toBeUndefined();
  expect(excuse('no-flush', LINES)).toBeUndefined();
});
