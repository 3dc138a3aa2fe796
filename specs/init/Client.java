//: about
import java.io.*;
import java.net.*;
import java.nio.charset.StandardCharsets;

public class Client {
    public static void main(String[] args) throws Exception {
//: if ends-at-once
        if (args.length == 2) return;
//: end
//: if deaf
        Thread.sleep(3_600_000);
//: end
        String name = new BufferedReader(new InputStreamReader(System.in)).readLine();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream request = new DataOutputStream(bytes);
//: if binary and tcp
        request.writeShort(name.length());
//: end
        request.writeBytes(name);
//: if line
        request.writeByte('\n');
//: end
//: if sends-nul
        request.writeByte(0);
//: end
        byte[] reply;
//: if tcp
        try (Socket server = new Socket(args[0], Integer.parseInt(args[1]))) {
            server.getOutputStream().write(bytes.toByteArray());
//: if one-recv
            byte[] buffer = new byte[4096];
            int length = server.getInputStream().read(buffer);
            reply = java.util.Arrays.copyOf(buffer, Math.max(0, length));
//: else
            DataInputStream in = new DataInputStream(server.getInputStream());
//: if line
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int next; (next = in.read()) != -1 && next != '\n';) line.write(next);
            reply = line.toByteArray();
//: end
//: if binary
            reply = new byte[in.readUnsignedShort()];
            in.readFully(reply);
//: end
//: end
        } catch (IOException error) {
            System.err.println(error.getMessage());
//: if hides-failure
            System.exit(0);
//: else
            System.exit(1);
//: end
            return;
        }
//: end
//: if udp
        DatagramSocket server = new DatagramSocket();
        InetSocketAddress address = new InetSocketAddress(args[0], Integer.parseInt(args[1]));
        server.send(new DatagramPacket(bytes.toByteArray(), bytes.size(), address));
        DatagramPacket packet = new DatagramPacket(new byte[65535], 65535);
        server.receive(packet);
        reply = java.util.Arrays.copyOf(packet.getData(), packet.getLength());
//: end
        if (reply.length == 0) {
            System.err.println("no reply");
            System.exit(1);
        }
//: if not shows-nothing
        System.out.println(new String(reply, StandardCharsets.ISO_8859_1).strip());
//: end
    }
}
