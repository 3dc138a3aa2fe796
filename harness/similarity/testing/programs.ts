/** Small servers of one assignment: written by one student, handed in by another in disguise, and written apart. */
interface Programs {
  readonly original: string;
  /** Other names, numbers, texts, comments and layout. */
  readonly copy: string;
  readonly apart: string;
}

export const PROGRAMS: Readonly<Record<string, Programs>> = {
  'server.c': {
    original: `#include <stdio.h>
#include <sys/socket.h>
/* echo server */
int main(int argc, char *argv[]) {
    int listenfd = socket(AF_INET, SOCK_STREAM, 0);
    if (listenfd < 0) { perror("socket"); exit(1); }
    struct sockaddr_in addr;
    memset(&addr, 0, sizeof(addr));
    addr.sin_family = AF_INET;
    addr.sin_port = htons(atoi(argv[1]));
    if (bind(listenfd, (struct sockaddr *)&addr, sizeof(addr)) < 0) { perror("bind"); exit(1); }
    listen(listenfd, 5);
    while (1) {
        int client = accept(listenfd, NULL, NULL);
        char buf[1024];
        ssize_t n;
        while ((n = recv(client, buf, sizeof(buf), 0)) > 0) {
            ssize_t sent = 0;
            while (sent < n) sent += send(client, buf + sent, n - sent, 0);
        }
        close(client);
    }
}
`,
    copy: `#include <sys/socket.h>
#include <stdio.h>

// My very own server.
int main(int count, char *words[])
{
  int s = socket(AF_INET, SOCK_STREAM, 0); // a socket
  if (s < 0)
  {
    perror("no socket");
    exit(2);
  }
  struct sockaddr_in here;
  memset(&here, 0, sizeof(here));
  here.sin_family = AF_INET;
  here.sin_port = htons(atoi(words[1]));
  if (bind(s, (struct sockaddr *)&here, sizeof(here)) < 0)
  {
    perror("no bind");
    exit(3);
  }
  listen(s, 128);
  while (1)
  {
    int peer = accept(s, NULL, NULL);
    char space[4096];
    long got;
    while ((got = recv(peer, space, sizeof(space), 0)) > 0)
    {
      long done = 0;
      while (done < got)
        done += send(peer, space + done, got - done, 0);
    }
    close(peer);
  }
}
`,
    apart: `#include <stdio.h>
#include <sys/socket.h>
void die(const char *msg) { perror(msg); exit(EXIT_FAILURE); }
static void serve(int fd) {
  char b[4096];
  for (;;) {
    int got = read(fd, b, sizeof b);
    if (got <= 0 || write(fd, b, got) != got) break;
  }
  close(fd);
}
int main(int argc, char **argv) {
  struct sockaddr_in sa = { .sin_family = AF_INET };
  int s, c;
  if (argc != 2) return 2;
  sa.sin_port = htons(atoi(argv[1]));
  if ((s = socket(PF_INET, SOCK_STREAM, 0)) == -1) die("socket");
  if (bind(s, (struct sockaddr *)&sa, sizeof sa) == -1) die("bind");
  if (listen(s, 10) == -1) die("listen");
  for (;;) if ((c = accept(s, 0, 0)) != -1) serve(c);
}
`,
  },
  'server.py': {
    original: `import socket
import sys

def main():
    port = int(sys.argv[1])
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("127.0.0.1", port))
    s.listen(5)
    while True:
        conn, addr = s.accept()
        while True:
            data = conn.recv(1024)
            if not data:
                break
            conn.sendall(data)
        conn.close()

main()
`,
    copy: `import sys, socket
# written by me
def start_it():
  number = int(sys.argv[1])   # port
  listener = socket.socket(socket.AF_INET,
                           socket.SOCK_STREAM)
  listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
  listener.bind(('0.0.0.0', number))
  listener.listen(10)
  while True:
    peer, where = listener.accept()
    while True:
      piece = peer.recv(4096)

      if not piece: break
      peer.sendall(piece)
    peer.close()
start_it()
`,
    apart: `import sys
from socket import *

def echo_loop(client):
    msg = client.recv(2048)
    while msg != b"":
        total = 0
        while total < len(msg):
            total += client.send(msg[total:])
        msg = client.recv(2048)
    client.close()

serverSocket = socket(AF_INET, SOCK_STREAM)
serverSocket.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
serverSocket.bind(("0.0.0.0", int(sys.argv[1])))
serverSocket.listen(1)
while 1:
    connectionSocket, addr = serverSocket.accept()
    echo_loop(connectionSocket)
`,
  },
  'Server.java': {
    original: `import java.io.*;
import java.net.*;
public class Server {
    public static void main(String[] args) throws IOException {
        ServerSocket server = new ServerSocket(Integer.parseInt(args[0]));
        while (true) {
            Socket client = server.accept();
            InputStream in = client.getInputStream();
            OutputStream out = client.getOutputStream();
            byte[] buffer = new byte[1024];
            int n;
            while ((n = in.read(buffer)) != -1) {
                out.write(buffer, 0, n);
                out.flush();
            }
            client.close();
        }
    }
}
`,
    copy: `import java.net.*;
import java.io.*;
/** Mine. */
public class Main {
  public static void main(String[] words) throws Exception {
    ServerSocket l = new ServerSocket(Integer.parseInt(words[0]));
    while (true) {
      // next
      Socket p = l.accept();
      InputStream from = p.getInputStream();
      OutputStream to = p.getOutputStream();
      byte[] space = new byte[65536];
      int count;
      while ((count = from.read(space)) != -1) { to.write(space, 0, count); to.flush(); }
      p.close();
    }
  }
}
`,
    apart: `import java.io.*;
import java.net.*;
class EchoServer implements Runnable {
    private final Socket socket;
    EchoServer(Socket socket) { this.socket = socket; }
    @Override public void run() {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException e) {
            System.err.println(e.getMessage());
        }
    }
    public static void main(String... args) throws Exception {
        int port = Integer.valueOf(args[0]);
        try (ServerSocket listener = new ServerSocket()) {
            listener.bind(new InetSocketAddress("localhost", port));
            for (;;) new Thread(new EchoServer(listener.accept())).start();
        }
    }
}
`,
  },
  'server.js': {
    original: `const net = require('net');
const server = net.createServer((socket) => {
  console.log('client connected');
  socket.on('data', (data) => {
    socket.write(data);
  });
  socket.on('end', () => {
    socket.end();
  });
  socket.on('error', (err) => {
    console.error(err.message);
  });
});
server.listen(Number(process.argv[2]), '127.0.0.1');
`,
    copy: `// own work
const n = require("node:net");
const it = n.createServer((peer) => {
    console.log("hello");
    peer.on("data", (bytes) => { peer.write(bytes); }); /* back */
    peer.on("end", () => { peer.end(); });
    peer.on("error", (problem) => { console.error(problem.message); });
});
it.listen(Number(process.argv[2]), "0.0.0.0");
`,
    apart: `import { createServer } from 'node:net';
import { pipeline } from 'node:stream/promises';
const [, , port] = process.argv;
async function handle(connection) {
  try {
    await pipeline(connection, connection);
  } catch {
    connection.destroy();
  }
}
const listener = createServer({ allowHalfOpen: true }, handle);
listener.on('error', (error) => {
  process.exitCode = error.code === 'EADDRINUSE' ? 98 : 1;
});
listener.listen({ port: parseInt(port, 10), host: 'localhost' });
`,
  },
  'server.rb': {
    original: `require 'socket'
# echo
server = TCPServer.new('127.0.0.1', ARGV[0].to_i)
loop do
  client = server.accept
  Thread.new(client) do |conn|
    while (line = conn.readpartial(1024))
      conn.write(line)
    end
  rescue EOFError
    conn.close
  end
end
`,
    copy: `require "socket"
s = TCPServer.new("0.0.0.0", ARGV[0].to_i)
loop do
  c = s.accept # next one
  Thread.new(c) do |k|
    while (piece = k.readpartial(4096))
      k.write(piece)
    end
  rescue EOFError
    k.close
  end
end
`,
    apart: `require 'socket'
Socket.tcp_server_loop(Integer(ARGV.first)) do |sock, info|
  begin
    IO.copy_stream(sock, sock)
  ensure
    sock.close unless sock.closed?
  end
end
`,
  },
  'server.go': {
    original: `package main
import ("io"; "net"; "os")
func handle(conn net.Conn) {
	defer conn.Close()
	buf := make([]byte, 1024)
	for {
		n, err := conn.Read(buf)
		if err != nil { return }
		conn.Write(buf[:n])
	}
}
func main() {
	listener, err := net.Listen("tcp", ":"+os.Args[1])
	if err != nil { panic(err) }
	for {
		conn, err := listener.Accept()
		if err != nil { continue }
		go handle(conn)
	}
}
`,
    copy: `package main
import (
	"net"
	"os"
)
// serve is mine
func serve(c net.Conn) {
	defer c.Close()
	space := make([]byte, 4096)
	for {
		count, bad := c.Read(space)
		if bad != nil {
			return
		}
		c.Write(space[:count])
	}
}
func main() {
	l, bad := net.Listen("tcp4", "localhost:"+os.Args[1])
	if bad != nil {
		panic(bad)
	}
	for {
		c, bad := l.Accept()
		if bad != nil {
			continue
		}
		go serve(c)
	}
}
`,
    apart: `package main
import ("io"; "log"; "net"; "flag")
func main() {
	flag.Parse()
	l, err := net.ListenTCP("tcp", &net.TCPAddr{Port: atoi(flag.Arg(0))})
	if err != nil { log.Fatal(err) }
	for {
		c, err := l.AcceptTCP()
		switch {
		case err != nil:
			log.Print(err)
		default:
			go func() { io.Copy(c, c); c.CloseWrite() }()
		}
	}
}
`,
  },
};
