//: about
//: if tcp
import java.io.*;
import java.net.*;
import java.nio.charset.StandardCharsets;

public class Server {
    static void serve(Socket client) {
        try (client) {
            OutputStream out = client.getOutputStream();
//: if line
//: if one-recv
            byte[] buffer = new byte[4096];
            for (int length; (length = client.getInputStream().read(buffer)) > 0;) {
                String line = new String(buffer, 0, length, StandardCharsets.ISO_8859_1).strip();
//: else
            BufferedReader in = new BufferedReader(
                new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
            for (String line; (line = in.readLine()) != null;) {
//: end
//: if sends-nul
                String reply = "Hello, " + line + "!\n\0";
//: else
                String reply = "Hello, " + line + "!\n";
//: end
                out.write(reply.getBytes(StandardCharsets.ISO_8859_1));
//: if first-request-only
                break;
//: end
            }
//: end
//: if binary
            DataInputStream in = new DataInputStream(client.getInputStream());
//: if one-recv
            byte[] buffer = new byte[4096];
            for (int length; (length = in.read(buffer)) >= 2;) {
                byte[] message = java.util.Arrays.copyOfRange(buffer, 2, length);
//: else
            while (true) {
                byte[] message = new byte[in.readUnsignedShort()];
                in.readFully(message);
//: end
//: if sends-nul
                byte[] reply = new byte[2 + message.length + 1];
//: else
                byte[] reply = new byte[2 + message.length];
//: end
                reply[0] = (byte) (message.length >> 8);
                reply[1] = (byte) message.length;
                for (int at = 0; at < message.length; at++) reply[2 + at] = message[message.length - 1 - at];
                out.write(reply);
//: if first-request-only
                break;
//: end
            }
//: end
        } catch (IOException gone) {
            // this client is gone; the others are not
        }
    }

    public static void main(String[] args) throws Exception {
//: if ends-at-once
        if (args.length == 1) return;
//: end
//: if deaf
        Thread.sleep(3_600_000);
//: end
        ServerSocket server = new ServerSocket();
//: if no-reuse-address
        server.setReuseAddress(false);
//: else
        server.setReuseAddress(true);
//: end
        server.bind(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])));
        while (true) {
            Socket client = server.accept();
            new Thread(() -> serve(client)).start();
        }
    }
}
//: end
//: if udp
import java.net.*;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

public class Server {
    static byte[] answer(byte[] request) {
//: if line
        String name = new String(request, StandardCharsets.ISO_8859_1).strip();
        byte[] reply = ("Hello, " + name + "!\n").getBytes(StandardCharsets.ISO_8859_1);
//: end
//: if binary
        byte[] reply = new byte[request.length];
        for (int at = 0; at < reply.length; at++) reply[at] = request[request.length - 1 - at];
//: end
//: if sends-nul
        return Arrays.copyOf(reply, reply.length + 1);
//: else
        return reply;
//: end
    }

    public static void main(String[] args) throws Exception {
//: if ends-at-once
        if (args.length == 1) return;
//: end
//: if deaf
        Thread.sleep(3_600_000);
//: end
        DatagramSocket server =
            new DatagramSocket(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])));
//: if first-client-only
        SocketAddress first = null;
//: end
        while (true) {
            DatagramPacket request = new DatagramPacket(new byte[65535], 65535);
            server.receive(request);
            byte[] reply = answer(Arrays.copyOf(request.getData(), request.getLength()));
//: if first-client-only
            if (first == null) first = request.getSocketAddress();
            server.send(new DatagramPacket(reply, reply.length, first));
//: else
            server.send(new DatagramPacket(reply, reply.length, request.getSocketAddress()));
//: end
        }
    }
}
//: end
