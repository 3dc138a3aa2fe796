/** Programs that do what the examples of the documentation ask for, by the title of the assignment. */

const HELLO = `import argparse, socket, threading
options = argparse.ArgumentParser()
options.add_argument("port", nargs="?", type=int)
options.add_argument("--port", dest="named", type=int)
port = options.parse_args().port or options.parse_args().named
server = socket.create_server(("127.0.0.1", port))
while True:
    client, _ = server.accept()
    name = client.makefile().readline().strip()
    client.sendall(f"Hello, {name}!\\n".encode())
    client.close()
`;

const CHAT = `import socket, sys, threading
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
clients, lock = [], threading.Lock()
def serve(client):
    try:
        for line in client.makefile("rb"):
            with lock:
                for other in clients:
                    if other is not client: other.sendall(line)
    except OSError: pass
    with lock: clients.remove(client)
while True:
    client, _ = server.accept()
    with lock: clients.append(client)
    threading.Thread(target=serve, args=(client,), daemon=True).start()
`;

const WEB = `import os, socket, sys
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    client, _ = server.accept()
    request = b""
    while b"\\r\\n\\r\\n" not in request:
        request += client.recv(4096)
    method, path, _ = request.split(b"\\r\\n")[0].decode().split(" ")
    found = os.path.isfile("www" + path)
    body = open("www" + path, "rb").read() if found else b"no"
    status = "200 OK" if found else "404 Not Found"
    client.sendall(f"HTTP/1.1 {status}\\r\\nContent-Length: {len(body)}\\r\\n\\r\\n".encode())
    if method != "HEAD": client.sendall(body)
    client.close()
`;

const CLIENT = `import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
s.sendall(sys.stdin.read().encode())
while data := s.recv(4096):
    print(data.decode(), end="")
`;

const UPPER = `import socket, sys
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    client, _ = server.accept()
    for line in client.makefile("rb"): client.sendall(line.upper())
    client.close()
`;

export const PROGRAMS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Hello: { 'server.py': HELLO, 'hello.py': HELLO },
  'Early, without stopping': { 'server.py': HELLO },
  'Hello, the evening course': { 'server.py': HELLO },
  Chat: { 'server.py': CHAT },
  'Web server': { 'server.py': WEB },
  'A client': { 'client.py': CLIENT },
  'Upper case': { 'server.py': UPPER },
};

/** A server that says each text when it is its turn: at once, after a line was received, or after a pause. */
export function script(...acts: readonly (string | 'line' | 'pause' | 'eof')[]): string {
  const lines = acts.map((act) => {
    if (act === 'line') return 'lines.readline()';
    if (act === 'eof') return 'lines.read()';
    if (act === 'pause') return 'time.sleep(1)';
    return `client.sendall(${JSON.stringify(act)}.encode("latin1"))`;
  });
  return `import socket, sys, time
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    client, _ = server.accept()
    lines = client.makefile("rb")
    ${lines.join('\n    ')}
    lines.close()
    client.close()
`;
}
