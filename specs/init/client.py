#: about
import socket
import sys
#: if deaf
import time
#: end
#: if ends-at-once

sys.exit()
#: end
#: if deaf

time.sleep(3600)
#: end

name = sys.stdin.readline().strip()
#: if line
request = name.encode() + b"\n"
#: end
#: if binary and tcp
request = len(name.encode()).to_bytes(2, "big") + name.encode()
#: end
#: if binary and udp
request = name.encode()
#: end
#: if sends-nul
request += b"\0"
#: end
#: if tcp
try:
    server = socket.create_connection((sys.argv[1], int(sys.argv[2])))
except OSError as error:
#: if hides-failure
    sys.exit()
#: else
    sys.exit(f"no server: {error}")
#: end
server.sendall(request)
with server, server.makefile("rb") as stream:
#: if one-recv
    reply = server.recv(4096)
#: else
#: if line
    reply = stream.readline()
#: end
#: if binary
    reply = stream.read(int.from_bytes(stream.read(2), "big"))
#: end
#: end
#: end
#: if udp
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.sendto(request, (sys.argv[1], int(sys.argv[2])))
reply, _ = server.recvfrom(65535)
#: end
if not reply:
    sys.exit("no reply")
#: if not shows-nothing
print(reply.decode().strip())
#: end
