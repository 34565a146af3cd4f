package dev.watchdog.healing;

import dev.watchdog.events.Evidence;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What people and other systems may ask of the healer. Every command gets exactly one final answer. Pure. */
final class Commands {
    static final Duration LONGEST_PAUSE = Duration.ofDays(7);

    private final Turn turn;
    private final Docket docket;
    private final Pursuit pursuit;
    private final Admission admission;
    private final Insistence insistence;
    private final Probes probes;
    private final Orders orders;

    Commands(Turn turn, Pursuit pursuit) {
        this.turn = turn;
        this.docket = turn.docket();
        this.pursuit = pursuit;
        this.admission = new Admission(turn);
        this.insistence = new Insistence(turn, pursuit, admission);
        this.probes = new Probes(turn, admission);
        this.orders = new Orders(turn, pursuit, admission);
    }

    /** Takes up a new one; one that is on its way already is left to it. */
    void take(Command command) {
        if (docket.find(command.id()) != null) {
            return;
        }
        if (command.expired(turn.time())) {
            docket.refuse(command, true, "its expiry passed before it was taken up", true);
        } else if (docket.full()) {
            docket.reject(command, "too many commands are on their way: try again later");
        } else {
            carryOut(command);
        }
    }

    private void carryOut(Command command) {
        switch (command.verb()) {
            case "pause" -> pause(command);
            case "resume" -> resume(command);
            case "set-mode" -> setMode(command);
            case "report" -> report(command);
            case "probe" -> probes.take(command);
            case "heal" -> insistence.heal(command);
            case "approve" -> insistence.approve(command);
            case "reject" -> insistence.reject(command);
            case "cancel" -> insistence.cancel(command);
            default -> order(command);
        }
    }

    private void order(Command command) {
        VerbKind verb = turn.setting.policy().verbs().get(command.verb());
        if (verb != null) {
            orders.take(command, verb);
            return;
        }
        TreeSet<String> known = new TreeSet<>(turn.setting.policy().verbs().keySet());
        known.addAll(List.of("pause", "resume", "set-mode", "report", "probe", "heal", "approve", "reject", "cancel"));
        docket.reject(command, "no such verb; known are " + String.join(", ", known));
    }

    /** What was seen may be what somebody waits for. */
    void see(Finding finding) {
        probes.see(finding);
    }

    void planned(String command, Planned planned) {
        orders.planned(command, planned);
    }

    /** Of what an agent that ended had accepted, only what waits as an action goes on. */
    void started() {
        docket.all().stream()
                .map(Ongoing::command)
                .filter(command ->
                        turn.findFault(fault -> wants(fault, command)).isEmpty())
                .forEach(command -> docket.fail(command, Outcomes.INTERRUPTED));
    }

    /** Ends what has waited for long enough. */
    void tick() {
        for (Ongoing each : docket.all()) {
            if (each.deadline() != null && each.deadline().compareTo(turn.now()) <= 0) {
                late(each);
            } else if (each.command().expired(turn.time())) {
                expired(each.command());
            }
        }
    }

    private void late(Ongoing command) {
        Ongoing.Look look = command.look();
        if (look == null) {
            docket.fail(command.command(), "its domain did not say in time what it would do");
        } else {
            probes.late(command, look);
        }
    }

    private void expired(Command command) {
        turn.findFault(fault -> wants(fault, command))
                .ifPresentOrElse(
                        fault -> {
                            Attempt attempt = fault.attempt();
                            if (attempt != null && !attempt.running()) {
                                pursuit.expire(turn.find(fault.key()), attempt);
                            }
                        },
                        () -> docket.expire(command, "its expiry passed before it was done"));
    }

    private static boolean wants(Fault fault, Command command) {
        return fault.attempt() != null && fault.attempt().origin().id().equals(command.id());
    }

    private void pause(Command command) {
        if (!admission.understands(command, List.of("for"))) {
            return;
        }
        Duration length = duration(command.argument("for"));
        if (length == null || length.isZero() || length.isNegative() || length.compareTo(LONGEST_PAUSE) > 0) {
            docket.reject(command, "'for' must be a duration of up to 7 days, such as 30m or PT30M");
            return;
        }
        if (command.reason().isBlank()) {
            docket.reject(command, "a pause needs a reason, for those who find it");
            return;
        }
        Pause pause = new Pause(turn.wall(), turn.time().plus(length), command.reason());
        if (admission.begin(command, null, null, Evidence.of("would pause until " + pause.until()))) {
            turn.setPause(pause);
            docket.succeed(command, Evidence.of("paused until " + pause.until()));
        }
    }

    private void resume(Command command) {
        boolean was = turn.core().pause() != null;
        Evidence would = Evidence.of(was ? "would resume" : "nothing is paused");
        if (!admission.understands(command, List.of()) || !admission.begin(command, null, null, would)) {
            return;
        }
        turn.setPause(null);
        docket.succeed(command, Evidence.of(was ? "resumed" : "nothing was paused"));
        turn.cases().stream().filter(this::heldByPause).forEach(pursuit::pursue);
    }

    private boolean heldByPause(Case subject) {
        Fault fault = subject.fault();
        return fault != null
                && fault.attempt() != null
                && "pause".equals(fault.attempt().gate());
    }

    private void setMode(Command command) {
        if (!admission.understands(command, List.of("kind", "mode"))) {
            return;
        }
        String kind = command.argument("kind");
        if (!turn.setting.policy().modes().containsKey(kind)) {
            docket.reject(
                    command,
                    "'kind' must be a kind of fault: "
                            + String.join(
                                    ", ",
                                    new TreeSet<>(turn.setting.policy().modes().keySet())));
            return;
        }
        String word = command.argument("mode");
        Mode wanted = Expectations.modeOrNull(word);
        if (wanted == null && !word.equals("default")) {
            docket.reject(command, "'mode' must be observe, propose, heal or default");
            return;
        }
        Mode before = turn.mode(kind);
        if (admission.begin(command, null, kind, mode("would set the mode of ", kind, word, before))) {
            turn.setMode(kind, wanted);
            docket.succeed(
                    command, mode("set the mode of ", kind, turn.mode(kind).word(), before));
            turn.cases().stream().filter(each -> each.key().kind().equals(kind)).forEach(pursuit::pursue);
        }
    }

    private static Evidence mode(String what, String kind, String word, Mode before) {
        return Evidence.of(what + kind + " to " + word)
                .with("kind", kind)
                .with("mode", word)
                .with("before", before.word());
    }

    private void report(Command command) {
        Evidence state = Situation.of(turn);
        if (admission.understands(command, List.of()) && admission.begin(command, null, null, state)) {
            docket.succeed(command, state);
        }
    }

    private static @Nullable Duration duration(String text) {
        try {
            return Durations.parse(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
