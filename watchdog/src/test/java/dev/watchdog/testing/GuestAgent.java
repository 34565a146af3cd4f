package dev.watchdog.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.watchdog.testing.Programs.Ran;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs programs inside a guest through QEMU's guest agent, which speaks JSON lines (QEMU, Guest Agent Protocol
 * Reference: guest-sync, guest-exec, guest-exec-status). One thread at a time; no call outlasts its deadline.
 */
final class GuestAgent implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long LOOK_AGAIN_NANOS = 50_000_000;

    private final LineSocket agent;
    private long syncs;

    /** Connects to QEMU's end; the guest's end may come up later. */
    GuestAgent(Path socket) throws IOException {
        agent = new LineSocket(socket);
    }

    /** Waits until the agent in the guest answers; late answers to what was given up before are passed over. */
    void sync(Duration deadline) throws IOException {
        long until = System.nanoTime() + deadline.toNanos();
        long id = ++syncs;
        JsonNode answer = call("guest-sync", JSON.createObjectNode().put("id", id), until);
        while (!answer.isIntegralNumber() || answer.asLong() != id) {
            answer = JSON.readTree(agent.read("guest-sync", until)).path("return");
        }
    }

    /** Runs a program to its end with this as standard input; what it printed is kept if it ends within the deadline. */
    Ran run(List<String> command, String input, Duration deadline) throws IOException {
        long until = System.nanoTime() + deadline.toNanos();
        ObjectNode exec = exec(command).put("capture-output", true);
        exec.put("input-data", Base64.getEncoder().encodeToString(input.getBytes(StandardCharsets.UTF_8)));
        JsonNode pid = call("guest-exec", exec, until).path("pid");
        while (true) {
            JsonNode now = call("guest-exec-status", JSON.createObjectNode().set("pid", pid), until);
            if (now.path("exited").asBoolean()) {
                int exit = now.has("signal")
                        ? 128 + now.path("signal").asInt()
                        : now.path("exitcode").asInt();
                return new Ran(command, exit, text(now, "out-data"), text(now, "err-data"));
            }
            if (System.nanoTime() > until) {
                throw new AssertionError(command + " was not done in the guest after " + deadline);
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }

    /** Starts a program that goes on. */
    void start(List<String> command, Duration deadline) throws IOException {
        call("guest-exec", exec(command), System.nanoTime() + deadline.toNanos());
    }

    private static ObjectNode exec(List<String> command) {
        ObjectNode exec = JSON.createObjectNode().put("path", command.get(0));
        command.stream().skip(1).forEach(exec.putArray("arg")::add);
        return exec;
    }

    private JsonNode call(String name, JsonNode arguments, long until) throws IOException {
        ObjectNode request = JSON.createObjectNode().put("execute", name);
        request.set("arguments", arguments);
        agent.write(request.toString(), name, until);
        JsonNode answer = JSON.readTree(agent.read(name, until));
        if (!answer.has("return")) {
            throw new AssertionError("the guest agent refused " + request + ": " + answer);
        }
        return answer.path("return");
    }

    private static String text(JsonNode status, String field) {
        return new String(Base64.getDecoder().decode(status.path(field).asText()), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        agent.close();
    }
}
