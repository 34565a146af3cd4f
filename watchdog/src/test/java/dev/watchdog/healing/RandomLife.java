package dev.watchdog.healing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.events.ActionEvent;
import dev.watchdog.events.EventData;
import dev.watchdog.events.Evidence;
import dev.watchdog.events.FaultCleared;
import dev.watchdog.events.FaultRaised;
import dev.watchdog.events.Subject;
import dev.watchdog.journal.TrustedTime;
import dev.watchdog.linux.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** A healer that lives through random moves, with everything a step must keep checked by an account of its own. */
final class RandomLife {
    final Map<String, Integer> reached = new HashMap<>();
    private final Map<String, Mode> modes = new HashMap<>();
    private final WishAccount wishes = new WishAccount(HealerScene.SHARE, RandomRules.GATES);
    private HealerState state = HealerState.EMPTY;
    private Moment now = new Moment("b", Duration.ofHours(9), Instant.parse("2026-06-01T00:00:00Z"));
    private final TrustedTime time = new TrustedTime();
    private Instant expiring = Instant.MIN;
    private boolean journalFails;
    private final Map<String, String> rows = new HashMap<>();
    private final Set<String> pins = new HashSet<>();
    private final Map<FaultKey, String> open = new HashMap<>();
    private final Map<String, FaultKey> keyOf = new HashMap<>();
    /** Started and not ended, in the order of their start. */
    private final Map<String, Action> running = new LinkedHashMap<>();

    private final ActionAccount actions = new ActionAccount();
    private final CommandAccount asked = new CommandAccount();
    private final RandomCommands commands = new RandomCommands(asked);
    private final SightAccount sights = new SightAccount();
    private final Map<String, List<Duration>> starts = new HashMap<>();

    RandomLife() {
        RandomRules.KINDS.forEach(kind -> modes.put(kind.name(), Mode.HEAL));
        step(new Input.Started());
    }

    void move(RandomMove move) {
        Subject subject = new Subject("container", "c" + move.subject());
        String kind = RandomRules.KINDS.get(move.kind()).name();
        String action = RandomRules.ACTIONS.get(move.kind());
        Evidence evidence = Evidence.of("look " + move.choice());
        switch (move.what()) {
            case FAULTY -> faulty(subject, kind, new Proposal(action, evidence));
            case UNMENDABLE -> step(new Input.Seen(new Finding.Faulty(subject, kind, evidence, null, now, now)));
            case OTHER_PROPOSAL ->
                faulty(subject, kind, new Proposal(RandomRules.ACTIONS.get((move.kind() + 1) % 3), evidence));
            case HEALTHY -> step(new Input.Seen(new Finding.Healthy(subject, kind, now)));
            case UNKNOWN -> step(new Input.Seen(new Finding.Unknown(subject, kind, "hangs", now)));
            case GONE -> step(new Input.Seen(new Finding.Gone(subject, kind, now)));
            case LATE_LOOK -> late(subject, kind, action, move.choice());
            case FINISH -> finish(move.choice());
            case TICK -> step(new Input.Tick());
            case PASS -> pass(move.choice());
            case HEAL -> heal(kind, openId(new FaultKey(subject, kind)), move.choice());
            case APPROVE -> ask("approve", "action", actionId(new FaultKey(subject, kind)), false);
            case REJECT -> ask("reject", "action", actionId(new FaultKey(subject, kind)), false);
            case PAUSE -> ask("pause", "for", "PT" + (1 + move.choice()) + "M", false);
            case RESUME -> ask("resume", "dry-run", "false", false);
            case NONSENSE -> ask(move.choice() < 50 ? "dance" : "pause", "for", "ever", false);
            case FLAP -> flap(subject, kind, action);
            case PROBE -> ask("probe", "subject", subject.toString(), move.choice() < 10);
            case SET_MODE -> step(commands.setMode(now, kind, move.choice()));
            case REPORT -> ask("report", "dry-run", "false", false);
            case CANCEL -> step(commands.cancel(now, move.choice()));
            case ORDER -> step(commands.order(now, subject, move.choice()));
            case PLANNED -> step(commands.planned(now, move.choice()));
            case BLIND -> step(new Input.Sight("docker", move.choice() < 50 ? "refused" : null));
            case MODE ->
                modes.put(kind, List.of(Mode.OBSERVE, Mode.PROPOSE, Mode.HEAL).get(move.choice() % 3));
            case WALL_CLOCK -> at(now.boot(), now.sinceBoot(), Duration.ofMinutes((move.choice() - 50) * 10L));
            case RESTART -> restart();
            case REBOOT -> reboot(move.choice());
            case JOURNAL_FAILS -> journalFails = true;
        }
    }

    private void faulty(Subject subject, String kind, Proposal proposal) {
        step(new Input.Seen(HealerScene.faulty(subject, kind, proposal, now)));
    }

    private void late(Subject subject, String kind, String action, int choice) {
        Moment then = new Moment(
                now.boot(),
                now.sinceBoot().minusMillis(choice * 100L),
                now.wall().minusMillis(choice * 100L));
        step(
                choice % 2 == 0
                        ? new Input.Seen(new Finding.Healthy(subject, kind, then))
                        : new Input.Seen(
                                HealerScene.faulty(subject, kind, new Proposal(action, Evidence.of("late")), then)));
    }

    private void finish(int choice) {
        if (running.isEmpty()) {
            step(new Input.Finished("j-a99999", new Outcome.Failed("nobody")));
            return;
        }
        List<String> ids = new ArrayList<>(running.keySet());
        Outcome outcome = RandomMove.outcome(choice, now);
        step(new Input.Finished(ids.get(choice % ids.size()), outcome));
    }

    private void pass(int choice) {
        Duration length = RandomMove.length(choice);
        at(now.boot(), now.sinceBoot().plus(length), length);
    }

    private void at(String boot, Duration sinceBoot, Duration wallBy) {
        now = new Moment(boot, sinceBoot, now.wall().plus(wallBy));
    }

    private String openId(FaultKey key) {
        Case known = state.cases().get(key);
        return known == null || known.fault() == null ? "none" : known.fault().id();
    }

    private String actionId(FaultKey key) {
        Case known = state.cases().get(key);
        return known == null || known.fault() == null || known.fault().attempt() == null
                ? "none"
                : known.fault().attempt().id();
    }

    private void ask(String verb, String argument, String value, boolean dryRun) {
        step(commands.ask(now, verb, argument, value, dryRun));
    }

    /** What is expected is often so when it is asked, and not any more when its action could start. */
    private void heal(String kind, String fault, int choice) {
        List<String> faults = state.faults().stream().map(Fault::id).toList();
        Map<String, String> expect = switch (choice % 3) {
            case 0 -> Map.of();
            case 1 ->
                Map.of(
                        "mode",
                        choice > 90 ? "observe" : state.mode(kind, policy()).word());
            default -> Map.of("fault", faults.isEmpty() ? "none" : faults.get(choice % faults.size()));
        };
        step(commands.ask(now, "heal", "fault", fault, choice < 10, expect));
    }

    /** Lost and mended as often as makes it flap. */
    private void flap(Subject subject, String kind, String action) {
        for (int i = 0; i < RandomRules.GATES.flapLosses(); i++) {
            faulty(subject, kind, new Proposal(action, Evidence.of("again")));
            at(now.boot(), now.sinceBoot().plusSeconds(1), Duration.ofSeconds(1));
            running.values().stream()
                    .filter(each -> each.subject().equals(subject))
                    .map(Action::id)
                    .findFirst()
                    .ifPresent(id -> step(new Input.Finished(id, RandomMove.outcome(0, now))));
            step(new Input.Seen(new Finding.Healthy(subject, kind, now)));
        }
    }

    private void restart() {
        journalFails = false;
        state = StateRows.read(rows);
        sights.clear();
        commands.restarted();
        running.keySet().forEach(id -> assertThat(runningInState()).contains(id));
        int interrupted = running.size();
        step(new Input.Started());
        assertThat(running).as("running after a start").isEmpty();
        reach("interrupted", interrupted);
    }

    private void reboot(int choice) {
        wishes.rebooted(now.sinceBoot(), Duration.ofSeconds(20L + choice));
        at(now.boot() + "'", Duration.ofSeconds(20L + choice), Duration.ofSeconds(30));
        // the machine was off for a time nobody knows: what was started counts as started now
        starts.replaceAll((kind, times) ->
                new ArrayList<>(times.stream().map(time -> now.sinceBoot()).toList()));
        reach("rebooted", 1);
        restart();
    }

    /** Drives what is left to its end: sight returns, actions end, people approve nothing more. */
    void end() {
        journalFails = false;
        for (int i = 0; i < 12; i++) {
            at(now.boot(), now.sinceBoot().plusSeconds(15), Duration.ofSeconds(15));
            new ArrayList<>(running.keySet())
                    .forEach(id -> step(new Input.Finished(id, new Outcome.Unneeded("the end"))));
            step(new Input.Tick());
        }
        new ArrayList<>(running.keySet()).forEach(id -> step(new Input.Finished(id, new Outcome.Unneeded("the end"))));
        asked.end();
        assertThat(running).isEmpty();
    }

    private void step(Input input) {
        Instant before = expiring;
        expiring = time.read(() -> now).time();
        assertThat(expiring).as("what has expired stays so").isAfterOrEqualTo(before);
        Setting setting = new Setting(now, expiring, "j", policy(), false, Map.of("container", 3));
        Step step = Healer.step(state, List.of(input), setting);
        if (journalFails && step.writes()) {
            journalFails = false;
            reach("discarded", 1);
            if (input instanceof Input.Asked asked) {
                this.asked.discard(asked.command().id());
            }
            return;
        }
        if (input instanceof Input.Seen seen && seen.finding() instanceof Finding.Unknown) {
            assertThat(state.faults().stream().map(Fault::key)).containsAll(open.keySet());
        }
        sights.take(input, running.values());
        HealerState previous = state;
        state = step.state();
        StateRows.write(state, step.changed()).forEach((row, value) -> {
            if (value.isPresent()) {
                rows.put(row, value.get());
            } else {
                rows.remove(row);
            }
        });
        pins.addAll(step.pin());
        pins.removeAll(step.unpin());
        Set<String> startedNow = new HashSet<>();
        step.entries().forEach(entry -> account(entry.data(), entry.subject(), startedNow));
        step.entries()
                .forEach(entry ->
                        wishes.take(entry, now.sinceBoot(), previous.mode(HealerScene.SHARE, policy()), previous));
        asked.check(step);
        effects(step, startedNow);
        invariants();
    }

    private Policy policy() {
        return RandomRules.policy(modes);
    }

    private void account(EventData data, Subject subject, Set<String> startedNow) {
        if (data instanceof FaultRaised raised) {
            FaultKey key = new FaultKey(subject, raised.kind());
            assertThat(open.put(key, raised.fault())).as("raised twice: " + key).isNull();
            assertThat(keyOf.put(raised.fault(), key)).as("fault id used twice").isNull();
        } else if (data instanceof FaultCleared cleared) {
            assertThat(open.remove(new FaultKey(subject, cleared.kind()))).isEqualTo(cleared.fault());
            reach("cleared " + cleared.reason(), 1);
        } else if (data instanceof ActionEvent action) {
            account(action, startedNow);
        } else {
            String status = asked.take(data);
            reach("answered " + status, status.isEmpty() ? 0 : 1);
        }
    }

    private void account(ActionEvent event, Set<String> startedNow) {
        String id = event.action();
        actions.take(event);
        if (event instanceof ActionEvent.Started) {
            startedNow.add(id);
        } else if (event instanceof ActionEvent.Held held) {
            reach("held " + held.gate(), 1);
            FaultKey key = keyOf.get(event.fault());
            boolean breakage = key != null && key.kind().equals(HealerScene.LOST);
            assertThat(breakage || !held.gate().equals("flapping"))
                    .as("what recurs flaps")
                    .isTrue();
        } else if (event instanceof ActionEvent.Refused refused) {
            reach("held " + refused.gate(), 1);
            running.remove(id);
        } else if (!(event instanceof ActionEvent.Requested)) {
            assertThat(running.remove(id))
                    .as("ended but never started: " + event)
                    .isNotNull();
        }
        boolean wish = event.fault().contains("-w");
        reach(event.getClass().getSimpleName() + (wish ? " for a wish" : " for a fault"), 1);
    }

    private void effects(Step step, Set<String> startedNow) {
        Set<String> performed = new HashSet<>();
        Set<String> replied = new HashSet<>();
        for (Effect effect : step.effects()) {
            if (effect instanceof Effect.Perform perform) {
                performed.add(perform.action().id());
                allowed(perform.action());
            } else if (effect instanceof Effect.Reply reply) {
                assertThat(replied.add(reply.answer().command())).isTrue();
                assertThat(asked.answers())
                        .containsEntry(reply.answer().command(), reply.answer().status());
            } else if (effect instanceof Effect.Plan plan) {
                commands.plan(plan.command());
            } else if (effect instanceof Effect.Look) {
                reach("held stale-sight", 1);
            }
        }
        assertThat(performed).as("performed without being started").isEqualTo(startedNow);
        assertThat(replied).isEqualTo(answeredIn(step));
        reach("performed", performed.size());
    }

    private static Set<String> answeredIn(Step step) {
        Set<String> commands = new HashSet<>();
        step.entries().forEach(entry -> {
            Answer.of(entry.data()).ifPresent(answer -> commands.add(answer.command()));
        });
        return commands;
    }

    private void allowed(Action action) {
        Case subject = Objects.requireNonNull(state.cases().get(new FaultKey(action.subject(), action.faultKind())));
        Attempt attempt =
                Objects.requireNonNull(Objects.requireNonNull(subject.fault()).attempt());
        assertThat(state.core().pause()).as("acts while paused").isNull();
        assertThat(attempt.approved() || state.mode(action.faultKind(), policy()) == Mode.HEAL)
                .as("acts without leave")
                .isTrue();
        if (attempt.origin().isCommand()) {
            wanted(asked.command(attempt.origin().id()), action);
        }
        assertThat(attempt.kind()).isEqualTo(action.kind());
        sights.allows(subject.key(), now);
        running.values()
                .forEach(other -> assertThat(other.subject())
                        .as("two actions on one subject")
                        .isNotEqualTo(action.subject()));
        running.put(action.id(), action);
        List<Duration> times = starts.computeIfAbsent(action.kind(), kind -> new ArrayList<>());
        times.removeIf(time -> now.sinceBoot().minus(time).compareTo(RandomRules.GATES.budgetWindow()) >= 0);
        times.add(now.sinceBoot());
        if (!attempt.approved()) {
            assertThat(times).as("over the budget").hasSizeLessThanOrEqualTo(3);
        }
    }

    private void wanted(Command command, Action action) {
        assertThat(asked.live()).as("acts for nobody").contains(command.id());
        assertThat(command.expired(expiring)).as("acts after the expiry").isFalse();
        assertThat(command.dryRun()).as("acts on a dry run").isFalse();
        reach("ordered", action.faultKind().equals(RandomCommands.ORDERED) ? 1 : 0);
        String mode = state.mode(action.faultKind(), policy()).word();
        assertThat(command.expect().getOrDefault("mode", mode))
                .as("acts though it is not as expected")
                .isEqualTo(mode);
        String fault = command.expect().get("fault");
        assertThat(fault == null || state.fault(fault).isPresent()).isTrue();
    }

    private void invariants() {
        Set<String> pinned = new HashSet<>(open.values());
        pinned.addAll(wishes.check(state));
        pinned.addAll(asked.live());
        asked.check(state);
        assertThat(pins).as("pins").isEqualTo(pinned);
        assertThat(runningInState()).isEqualTo(running.keySet());
        actions.check(state);
        assertThat(state.faults().stream().map(Fault::id).toList()).containsExactlyInAnyOrderElementsOf(open.values());
        HealerState durable = StateRows.read(rows);
        assertThat(DurablePart.of(durable)).as("durable state").isEqualTo(DurablePart.of(state));
    }

    private Set<String> runningInState() {
        Set<String> ids = new HashSet<>();
        state.open().forEach(fault -> {
            if (fault.attempt() != null && fault.attempt().running()) {
                ids.add(fault.attempt().id());
            }
        });
        return ids;
    }

    private void reach(String what, int count) {
        if (count > 0) {
            reached.merge(what, count, Integer::sum);
        }
    }
}
