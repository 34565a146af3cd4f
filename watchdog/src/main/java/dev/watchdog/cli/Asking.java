package dev.watchdog.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** Sends one command to the agent and waits for its one final answer, telling on stderr what it waits for. */
final class Asking {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private final Global global;
    private final ControlClient client;

    Asking(Global global) {
        this.global = global;
        this.client = global.client();
    }

    /** Asks; returns the exit code. {@code fault} is what progress is told of, or an empty string. */
    int ask(String verb, Map<String, String> arguments, String reason, String fault) throws InterruptedException {
        ControlClient.Answer answer = answer(verb, arguments, reason, fault);
        return end(Global.read(answer)) ? Exit.OK : Exit.FAULTS;
    }

    /** Asks for a look; returns 0 for what is well or left alone, 1 for what is broken, 2 for what was not seen. */
    int look(Map<String, String> arguments) throws InterruptedException {
        JsonNode answer;
        try {
            answer = Global.read(answer("probe", arguments, "", ""));
        } catch (CommandFailure e) {
            throw e.exitCode() == Exit.FAULTS ? new CommandFailure(Exit.BLIND, String.valueOf(e.getMessage())) : e;
        }
        boolean looked = end(answer);
        return switch (Rows.text(answer.path("result"), "state")) {
            case "faulty" -> Exit.FAULTS;
            case "unknown", "gone" -> Exit.BLIND;
            default -> looked ? Exit.OK : Exit.BLIND;
        };
    }

    private ControlClient.Answer answer(String verb, Map<String, String> arguments, String reason, String fault)
            throws InterruptedException {
        String id = UUID.randomUUID().toString();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("id", id);
        body.put("verb", verb);
        body.put("arguments", arguments);
        body.put("reason", reason);
        String text = Global.write(body);
        ControlClient.Answer answer = client.post("/api/v1/commands?wait=PT0.3S", text, PATIENCE);
        String told = "";
        while (answer.status() == 202) {
            told = progress(fault, told);
            Thread.sleep(LOOK_AGAIN.toMillis());
            answer = client.get("/api/v1/commands/" + id);
        }
        return answer;
    }

    private String progress(String fault, String told) {
        if (fault.isEmpty()) {
            return told;
        }
        ControlClient.Answer answer = client.get("/api/v1/faults/" + Rows.pathPart(fault));
        JsonNode actions = Global.parse(answer.body()).path("fault").path("actions");
        if (answer.status() != 200 || actions.isEmpty()) {
            return told;
        }
        JsonNode last = actions.get(actions.size() - 1);
        String why = Rows.text(last, "why");
        String now = Plain.of(Rows.text(last, "id") + " " + Rows.action(last) + (why.isEmpty() ? "" : ": " + why));
        if (!now.equals(told)) {
            global.err().println(now);
            global.err().flush();
        }
        return now;
    }

    /** Tells it; true if it succeeded. */
    private boolean end(JsonNode answer) {
        boolean succeeded = Rows.text(answer, "status").equals("succeeded");
        if (global.json()) {
            global.print(answer);
        } else {
            JsonNode result = answer.path("result");
            String summary = Rows.text(result, "summary");
            global.out().println(Plain.of(Rows.text(answer, "status") + (summary.isEmpty() ? "" : ": " + summary)));
            result.properties().forEach(each -> {
                if (!each.getKey().equals("summary")) {
                    String value = each.getValue().isValueNode()
                            ? each.getValue().asText()
                            : each.getValue().toString();
                    global.out().println(Plain.of("  " + each.getKey() + ": " + value));
                }
            });
            global.out().flush();
        }
        return succeeded;
    }
}
