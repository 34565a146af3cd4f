package dev.watchdog.healing;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that the healer knows. Immutable; the durable state is exactly this.
 *
 * @param cases open faults and wishes, and what is remembered of past ones
 * @param budgets by action kind
 * @param blind since when each blind sensor cannot see, by its name
 * @param commands that are owed an answer, by id
 * @param modes that somebody has set, by fault kind; they go before the configured ones
 * @param core what does not belong to one subject
 */
public record HealerState(
        Map<FaultKey, Case> cases,
        Map<String, Budget> budgets,
        Map<String, Blindness> blind,
        Map<String, Ongoing> commands,
        Map<String, Mode> modes,
        Core core) {
    static final HealerState EMPTY =
            new HealerState(Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), new Core("", 0, 0, null));

    public HealerState {
        cases = Map.copyOf(cases);
        budgets = Map.copyOf(budgets);
        blind = Map.copyOf(blind);
        commands = Map.copyOf(commands);
        modes = Map.copyOf(modes);
    }

    /**
     * What does not belong to one subject.
     *
     * @param boot the boot that all times since boot in the state refer to
     * @param faults how many faults and wishes there ever were: the next one's number is one higher
     * @param actions the same for actions
     */
    public record Core(
            String boot,
            long faults,
            long actions,
            @Nullable Pause pause) {}

    /** A sensor that cannot see. */
    public record Blindness(Instant since, String why) {}

    /** What the agent may do about a kind of fault: as somebody has set, or else as configured. */
    public Mode mode(String faultKind, Policy policy) {
        Mode configured = policy.modes().getOrDefault(faultKind, Mode.OBSERVE);
        return modes.getOrDefault(faultKind, configured);
    }

    /** The mode of each kind. */
    public SortedMap<String, Mode> modes(Policy policy) {
        SortedMap<String, Mode> all = new TreeMap<>();
        policy.modes().keySet().forEach(kind -> all.put(kind, mode(kind, policy)));
        return all;
    }

    /** The open faults, oldest first; a wish is none. */
    public List<Fault> faults() {
        return open().stream().filter(each -> each.nature() != Nature.WISH).toList();
    }

    /** The open faults, and the wishes whose action waits or runs or was turned down; oldest first. */
    public List<Fault> open() {
        return cases.values().stream()
                .map(Case::fault)
                .filter(Objects::nonNull)
                .sorted((a, b) -> a.raised().wall().compareTo(b.raised().wall()))
                .toList();
    }

    /** The open fault with this id, or whose id ends in {@code -} and this. */
    public Optional<Fault> fault(String id) {
        return faults().stream().filter(fault -> named(fault.id(), id)).findFirst();
    }

    /** The open fault or wish whose wanted or running action has this id. */
    public Optional<Fault> faultOfAction(String id) {
        return open().stream()
                .filter(fault ->
                        fault.attempt() != null && named(fault.attempt().id(), id))
                .findFirst();
    }

    /** True if this is the id, or the end of it after a hyphen: ids are short to type. */
    static boolean named(String id, String asked) {
        return id.equals(asked) || (!asked.isEmpty() && id.endsWith("-" + asked));
    }

    /** The same state after a reboot: see {@link History#rebased}. */
    HealerState rebased(Setting setting) {
        Map<FaultKey, Case> moved = new LinkedHashMap<>();
        cases.forEach((key, old) -> moved.put(
                key,
                new Case(
                        key,
                        old.fault() == null ? null : old.fault().rebased(setting.now()),
                        old.history().rebased(setting.now().sinceBoot()))));
        Map<String, Budget> budgetsNow = new LinkedHashMap<>();
        budgets.forEach((kind, budget) ->
                budgetsNow.put(kind, budget.rebased(setting.now().sinceBoot())));
        return new HealerState(
                moved,
                budgetsNow,
                blind,
                commands,
                modes,
                new Core(setting.now().boot(), core.faults(), core.actions(), core.pause()));
    }
}
