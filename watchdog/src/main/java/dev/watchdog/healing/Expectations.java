package dev.watchdog.healing;

import dev.watchdog.events.Subject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a sender expects to be so, or else wants nothing done. Pure. */
final class Expectations {
    private static final String FAULT = "fault";
    private static final String STATE = "state";
    private static final String MODE = "mode";

    private Expectations() {}

    /**
     * What is wrong with the expectations themselves, or null.
     *
     * @param aboutSubject true if the command is about one subject
     * @param aboutKind true if it is about one kind of fault
     */
    static @Nullable String malformed(Command command, boolean aboutSubject, boolean aboutKind) {
        for (Map.Entry<String, String> each : command.expect().entrySet()) {
            String value = each.getValue();
            String wrong = switch (each.getKey()) {
                case FAULT -> null;
                case STATE ->
                    !aboutSubject
                            ? "this verb is about no subject that could have a state"
                            : value.equals("faulty") || value.equals("healthy")
                                    ? null
                                    : "a state to expect is faulty or healthy";
                case MODE ->
                    !aboutKind
                            ? "this verb is about no kind of fault that could have a mode"
                            : modeOrNull(value) == null ? "a mode to expect is observe, propose or heal" : null;
                default -> "fault, state and mode can be expected, nothing else";
            };
            if (wrong != null) {
                return wrong;
            }
        }
        return null;
    }

    /** Which expectation does not hold now, in a sentence; null when all do. */
    static @Nullable String unmet(Command command, Turn turn, @Nullable Subject subject, @Nullable String kind) {
        for (Map.Entry<String, String> each : command.expect().entrySet()) {
            String expected = each.getValue();
            String so = switch (each.getKey()) {
                case FAULT ->
                    turn.open(fault -> HealerState.named(fault.id(), expected)).isPresent() ? expected : "none";
                case STATE ->
                    turn.open(fault -> fault.subject().equals(subject)).isPresent() ? "faulty" : "healthy";
                default -> turn.mode(String.valueOf(kind)).word();
            };
            if (!so.equals(expected)) {
                return "expected " + each.getKey() + " " + expected + ", found " + so;
            }
        }
        return null;
    }

    static @Nullable Mode modeOrNull(String word) {
        try {
            return Mode.parse(word);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
