package dev.watchdog.healing;

import dev.watchdog.events.CommandEvent;
import dev.watchdog.events.EventData;
import dev.watchdog.events.EventTypes;
import dev.watchdog.events.Evidence;
import dev.watchdog.events.Severity;
import dev.watchdog.events.Subject;
import dev.watchdog.journal.Entry;
import dev.watchdog.linux.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A healer with a clock that stands still until told, and everything it said so far. */
final class HealerScene {
    static final String LOST = "container.rootfs-lost";
    static final String STUCK = "container.stuck";
    static final String SHORT = "container.memory-pressure";
    static final String SHARE = "container.memory-share";
    static final String GIVE = "give-share";
    static final String RESTORE = "container.restore-rootfs";
    static final String KICK = "container.kick";
    static final Duration DEADLINE = Duration.ofSeconds(20);
    static final Subject BOX = new Subject("container", "c1");
    static final Evidence PLAN = Evidence.of("mount it again");

    HealerState state = HealerState.EMPTY;
    Moment now = new Moment("boot-1", Duration.ofHours(5), Instant.parse("2026-01-01T00:00:00Z"));
    final Map<String, Mode> modes =
            new HashMap<>(Map.of(LOST, Mode.HEAL, STUCK, Mode.HEAL, SHORT, Mode.HEAL, SHARE, Mode.HEAL));
    final Map<String, Integer> subjects = new HashMap<>(Map.of("container", 3));
    final Map<String, String> rows = new HashMap<>();
    final List<Entry> entries = new ArrayList<>();
    final List<Effect> effects = new ArrayList<>();
    Step last = Healer.step(state, List.of(), setting());
    boolean stopping;
    private int commands;

    HealerScene() {
        take(new Input.Started());
    }

    Setting setting() {
        return new Setting(now, now.wall(), "abcd1234", policy(), stopping, Map.copyOf(subjects));
    }

    Policy policy() {
        return new Policy(
                modes,
                Gates.SHIPPED,
                Map.of(
                        LOST, new FaultKind(LOST, "container", Severity.ERROR, "root lost"),
                        STUCK, new FaultKind(STUCK, "container", Severity.WARN, "stuck"),
                        SHORT, new FaultKind(SHORT, "container", Severity.WARN, "short", Nature.RECURRING),
                        SHARE, new FaultKind(SHARE, "container", Severity.INFO, "another share", Nature.WISH)),
                Map.of(
                        RESTORE, new ActionKind(RESTORE, DEADLINE, "restore"),
                        KICK, new ActionKind(KICK, DEADLINE, "kick")),
                Map.of(
                        GIVE,
                        new VerbKind(
                                GIVE, List.of("box", "size"), "box", "container", SHARE, "give it another share")));
    }

    Step take(Input... inputs) {
        last = Healer.step(state, List.of(inputs), setting());
        state = last.state();
        entries.addAll(last.entries());
        effects.addAll(last.effects());
        StateRows.write(last.state(), last.changed()).forEach(this::store);
        return last;
    }

    private void store(String row, Optional<String> value) {
        if (value.isPresent()) {
            rows.put(row, value.get());
        } else {
            rows.remove(row);
        }
    }

    /** The agent ends and starts again with what is durable. */
    Step restart() {
        state = StateRows.read(rows);
        return take(new Input.Started());
    }

    void reboot() {
        now = new Moment(now.boot() + "x", Duration.ofSeconds(40), now.wall().plusSeconds(90));
    }

    HealerScene pass(Duration time) {
        now = new Moment(now.boot(), now.sinceBoot().plus(time), now.wall().plus(time));
        return this;
    }

    void stepWallClock(Duration jump) {
        now = new Moment(now.boot(), now.sinceBoot(), now.wall().plus(jump));
    }

    Step tick() {
        return take(new Input.Tick());
    }

    Step faulty() {
        return faulty(BOX);
    }

    Step faulty(Subject subject) {
        return take(new Input.Seen(faulty(subject, LOST, new Proposal(RESTORE, PLAN), now)));
    }

    /** Something of this kind is seen, and the plan is as good as any. */
    Step see(String kind) {
        return see(kind, RESTORE, PLAN);
    }

    Step see(String kind, String action, Evidence plan) {
        return take(new Input.Seen(faulty(BOX, kind, new Proposal(action, plan), now)));
    }

    Step over(String kind) {
        return take(new Input.Seen(new Finding.Healthy(BOX, kind, now)));
    }

    static Finding.Faulty faulty(Subject subject, String kind, Proposal proposal, Moment seen) {
        return new Finding.Faulty(subject, kind, Evidence.of("it is gone"), proposal, seen, seen);
    }

    Step healthy() {
        return take(new Input.Seen(new Finding.Healthy(BOX, LOST, now)));
    }

    Step unknown() {
        return take(new Input.Seen(new Finding.Unknown(BOX, LOST, "docker hangs", now)));
    }

    Step gone() {
        return take(new Input.Seen(new Finding.Gone(BOX, LOST, now)));
    }

    Step finish(Outcome outcome) {
        return take(new Input.Finished(attempt().id(), outcome));
    }

    Step fail() {
        return finish(new Outcome.Failed("no luck"));
    }

    /** This action ends, whichever of several it is. */
    Step finish(String action, Outcome outcome) {
        return take(new Input.Finished(action, outcome));
    }

    Outcome done() {
        return new Outcome.Succeeded(Evidence.of("proved"), Map.of("act", 5L), now.sinceBoot());
    }

    Step succeed() {
        return finish(done());
    }

    /** Asks with an id of its own; the id is "cmd-1", "cmd-2" and so on. */
    Step ask(String verb, Map<String, String> arguments) {
        return take(new Input.Asked(new Command("cmd-" + ++commands, verb, arguments, "control-socket", "because")));
    }

    /** A signed one that brings a bookmark, as the reader of a topic hands it in. */
    Command signed(String verb, Map<String, String> arguments) {
        String id = "cmd-" + ++commands;
        return new Command(
                id,
                "/ops/tool",
                verb,
                arguments,
                Map.of(),
                "because",
                false,
                "kafka",
                "key-1",
                "digest of " + id,
                now.wall().plusSeconds(600),
                new Bookmark("kafka-offset", id));
    }

    static Command expecting(Command command, String what, String value) {
        return changed(command, Map.of(what, value), command.dryRun(), command.expiry());
    }

    static Command dry(Command command) {
        return changed(command, command.expect(), true, command.expiry());
    }

    static Command expiring(Command command, Instant expiry) {
        return changed(command, command.expect(), command.dryRun(), expiry);
    }

    private static Command changed(
            Command command, Map<String, String> expect, boolean dryRun, @Nullable Instant expiry) {
        return new Command(
                command.id(),
                command.source(),
                command.verb(),
                command.arguments(),
                expect,
                command.reason(),
                dryRun,
                command.origin(),
                command.key(),
                command.digest(),
                expiry,
                command.bookmark());
    }

    Step ask(Command command) {
        return take(new Input.Asked(command));
    }

    Step ask(String verb, String argument, String value) {
        return ask(verb, Map.of(argument, value));
    }

    Step pause(Duration length) {
        return ask("pause", "for", length.toString());
    }

    Fault fault() {
        return state.open().get(0);
    }

    Attempt attempt() {
        return Objects.requireNonNull(fault().attempt());
    }

    boolean wants() {
        return fault().attempt() != null;
    }

    String gate() {
        return String.valueOf(attempt().gate());
    }

    /** How long the gate holds the action from now on. */
    Duration held() {
        return Objects.requireNonNull(attempt().until()).minus(now.sinceBoot());
    }

    Case onlyCase() {
        return state.cases().values().iterator().next();
    }

    /** What the last step recorded, as {@code fault.raised action.started}. */
    String told() {
        return tell(last.entries());
    }

    static String tell(List<Entry> entries) {
        return String.join(
                " ", entries.stream().map(entry -> name(entry.data())).toList());
    }

    private static String name(EventData data) {
        return EventTypes.nameOf(data).replace("dev.watchdog.", "").replace(".v1", "");
    }

    <T> T said(Class<T> type) {
        return last.entries().stream()
                .map(Entry::data)
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow();
    }

    <T extends Effect> List<T> effects(Class<T> type) {
        return last.effects().stream().filter(type::isInstance).map(type::cast).toList();
    }

    boolean performs() {
        return !effects(Effect.Perform.class).isEmpty();
    }

    boolean looks() {
        return !effects(Effect.Look.class).isEmpty();
    }

    /** Everything ever answered to this command: in entries, then in replies. */
    List<String> answers(String command) {
        List<String> all = new ArrayList<>();
        entries.stream().map(Entry::data).forEach(data -> {
            if (data instanceof CommandEvent.Rejected rejected
                    && rejected.command().equals(command)) {
                all.add("rejected");
            } else if (data instanceof CommandEvent.Succeeded succeeded
                    && succeeded.command().equals(command)) {
                all.add("succeeded");
            } else if (data instanceof CommandEvent.Failed failed
                    && failed.command().equals(command)) {
                all.add("failed");
            } else if (data instanceof CommandEvent.Expired expired
                    && expired.command().equals(command)) {
                all.add("expired");
            }
        });
        effects.forEach(effect -> {
            if (effect instanceof Effect.Reply reply && reply.answer().command().equals(command)) {
                all.add("reply " + reply.answer().status());
            }
        });
        return all;
    }
}
