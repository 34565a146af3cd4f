package dev.watchdog.healing;

import dev.watchdog.events.EventData;
import dev.watchdog.events.Severity;
import dev.watchdog.events.Subject;
import dev.watchdog.journal.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One turn of the healer while it is being worked out; becomes a {@link Step}. Confined to the call that made it. */
final class Turn {
    final Setting setting;
    private final Map<FaultKey, Case> cases;
    private final Map<String, Budget> budgets;
    private final Map<String, HealerState.Blindness> blind;
    private final Map<Subject, FaultKey> running = new HashMap<>();
    private final Map<String, Mode> modes;
    private final Docket docket;
    private HealerState.Core core;
    private final List<Entry> entries = new ArrayList<>();
    private final List<Effect> effects = new ArrayList<>();
    private final Set<String> changed = new LinkedHashSet<>();
    private final Set<String> pin = new LinkedHashSet<>();
    private final Set<String> unpin = new LinkedHashSet<>();

    Turn(HealerState before, Setting setting) {
        boolean rebooted = !before.core().boot().equals(setting.now().boot());
        HealerState state = rebooted ? before.rebased(setting) : before;
        this.setting = setting;
        this.cases = new HashMap<>(state.cases());
        this.budgets = new HashMap<>(state.budgets());
        this.blind = new HashMap<>(state.blind());
        this.modes = new HashMap<>(state.modes());
        this.docket = new Docket(this, state.commands());
        this.core = state.core();
        cases.values().forEach(this::track);
        if (rebooted) {
            changed.add(StateRows.CORE);
            cases.keySet().forEach(key -> changed.add(StateRows.row(key)));
            budgets.keySet().forEach(kind -> changed.add(StateRows.budgetRow(kind)));
        }
    }

    Step end() {
        return new Step(
                new HealerState(cases, budgets, blind, docket.ongoing(), modes, core),
                List.copyOf(entries),
                List.copyOf(effects),
                Set.copyOf(changed),
                Set.copyOf(pin),
                Set.copyOf(unpin),
                docket.marks(),
                docket.bookmarks());
    }

    Duration now() {
        return setting.now().sinceBoot();
    }

    /** For people. */
    Instant wall() {
        return setting.now().wall();
    }

    /** For what expires; never goes back. */
    Instant time() {
        return setting.time();
    }

    List<Case> cases() {
        return cases.values().stream()
                .sorted((a, b) -> a.key().toString().compareTo(b.key().toString()))
                .toList();
    }

    /** The case whose action of this id runs. */
    @Nullable Case running(String action) {
        return running.values().stream()
                .map(this::find)
                .filter(each -> each.fault() != null
                        && each.fault().attempt() != null
                        && each.fault().attempt().id().equals(action))
                .findFirst()
                .orElse(null);
    }

    /** Which fault of this subject an action runs for; one action at a time on a subject. */
    @Nullable FaultKey running(Subject subject) {
        return running.get(subject);
    }

    private void track(Case newer) {
        Fault fault = newer.fault();
        if (fault != null && fault.attempt() != null && fault.attempt().running()) {
            running.put(newer.key().subject(), newer.key());
        } else {
            running.remove(newer.key().subject(), newer.key());
        }
    }

    /** What is open, faults and wishes: the first that is wanted. */
    Optional<Fault> findFault(Predicate<Fault> wanted) {
        return cases().stream()
                .map(Case::fault)
                .filter(Objects::nonNull)
                .filter(wanted)
                .findFirst();
    }

    /** The open faults, oldest first; no wishes. */
    List<Fault> open() {
        return cases().stream()
                .map(Case::fault)
                .filter(Objects::nonNull)
                .filter(fault -> fault.nature() != Nature.WISH)
                .sorted(Comparator.comparing(fault -> fault.raised().wall()))
                .toList();
    }

    /** The oldest open fault that is wanted. */
    Optional<Fault> open(Predicate<Fault> wanted) {
        return open().stream().filter(wanted).findFirst();
    }

    Case find(FaultKey key) {
        Case known = cases.get(key);
        return known != null ? known : new Case(key, null, History.NONE);
    }

    void put(Case newer) {
        remember(newer);
        changed.add(StateRows.row(newer.key()));
    }

    /**
     * Replaces what is not worth a write of its own and may be lost in a restart, after which everything is looked at
     * again: what was last seen of a fault (evidence, proposal, when), and until when the same gate holds its action.
     */
    void remember(Case newer) {
        cases.put(newer.key(), newer);
        track(newer);
    }

    void forget(FaultKey key) {
        if (cases.remove(key) != null) {
            changed.add(StateRows.row(key));
        }
    }

    Budget budget(String actionKind) {
        return budgets.getOrDefault(actionKind, Budget.UNUSED);
    }

    void spend(String actionKind) {
        budgets.put(actionKind, budget(actionKind).spend(now(), setting.policy().gates()));
        changed.add(StateRows.budgetRow(actionKind));
    }

    Map<String, HealerState.Blindness> blind() {
        return blind;
    }

    void setBlind(String sensor, HealerState.@Nullable Blindness blindness) {
        if (blindness == null) {
            blind.remove(sensor);
        } else {
            blind.put(sensor, blindness);
        }
        changed.add(StateRows.sensorRow(sensor));
    }

    Mode mode(String faultKind) {
        Mode set = modes.get(faultKind);
        return set != null ? set : setting.policy().modes().getOrDefault(faultKind, Mode.OBSERVE);
    }

    /** @param mode null for what is configured */
    void setMode(String faultKind, @Nullable Mode mode) {
        if (mode == null) {
            modes.remove(faultKind);
        } else {
            modes.put(faultKind, mode);
        }
        changed.add(StateRows.modeRow(faultKind));
    }

    /** The commands that are owed an answer. */
    Docket docket() {
        return docket;
    }

    HealerState.Core core() {
        return core;
    }

    void setPause(@Nullable Pause pause) {
        setCore(new HealerState.Core(core.boot(), core.faults(), core.actions(), pause));
    }

    String nextFault() {
        return nextFault("-f");
    }

    /** Wishes are numbered with the faults: their actions name what they serve, and an id is used once. */
    String nextWish() {
        return nextFault("-w");
    }

    private String nextFault(String sign) {
        setCore(new HealerState.Core(core.boot(), core.faults() + 1, core.actions(), core.pause()));
        return setting.journalId() + sign + core.faults();
    }

    String nextAction() {
        setCore(new HealerState.Core(core.boot(), core.faults(), core.actions() + 1, core.pause()));
        return setting.journalId() + "-a" + core.actions();
    }

    private void setCore(HealerState.Core newer) {
        core = newer;
        changed.add(StateRows.CORE);
    }

    void effect(Effect effect) {
        effects.add(effect);
    }

    void pin(String correlation) {
        pin.add(correlation);
        unpin.remove(correlation);
    }

    void unpin(String correlation) {
        unpin.add(correlation);
        pin.remove(correlation);
    }

    void changed(String row) {
        changed.add(row);
    }

    /** How many entries this turn has told so far. */
    int told() {
        return entries.size();
    }

    /** Something about a fault; {@code origin} is the command that led to it, if one did. */
    void tell(Fault fault, Severity severity, @Nullable Origin origin, EventData data) {
        String causedBy = origin != null && origin.isCommand() ? origin.id() : null;
        tell(fault.subject(), wall(), severity, fault.id(), causedBy, data);
    }

    void tell(
            Subject subject,
            Instant time,
            Severity severity,
            @Nullable String correlation,
            @Nullable String causedBy,
            EventData data) {
        entries.add(new Entry(subject, time, severity, correlation, causedBy, data));
    }
}
