package dev.watchdog.agent;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes configuration records from what was written: each component is a key; what is not set is taken from the
 * record that holds the defaults. A record that refuses its values is asked about them one at a time, so that every mistake
 * is told and under its own key.
 */
final class Binder {
    private final Map<String, Raw.Text> variables;
    private final List<Problem> problems;
    private final List<ConfigValue> values = new ArrayList<>();
    private final Set<String> known = new HashSet<>();

    /**
     * Makes a binder.
     *
     * @param variables what the environment sets, by {@link #variable}
     * @param problems where mistakes are told
     */
    Binder(Map<String, Raw.Text> variables, List<Problem> problems) {
        this.variables = variables;
        this.problems = problems;
    }

    /** The variable that sets a key: {@code journal.maxSize} is {@code WATCHDOG_JOURNAL_MAX_SIZE}. */
    static String variable(String key) {
        StringBuilder name = new StringBuilder("WATCHDOG_");
        for (int i = 0; i < key.length(); i++) {
            char letter = key.charAt(i);
            if (Character.isUpperCase(letter)) {
                name.append('_');
            }
            name.append(letter == '.' || letter == '-' ? '_' : Character.toUpperCase(letter));
        }
        return name.toString();
    }

    /** What every value came to, in the order of the records. */
    List<ConfigValue> values() {
        return values;
    }

    /** The variables that mean something. */
    Set<String> knownVariables() {
        return known;
    }

    /** Binds a record; {@code written} may hold further keys named in {@code others}. */
    Record bind(String prefix, Record defaults, Raw.Fields written, Set<String> others) {
        RecordComponent[] components = defaults.getClass().getRecordComponents();
        Set<String> names = new HashSet<>(others);
        Arrays.stream(components).map(RecordComponent::getName).forEach(names::add);
        written.fields().forEach((name, raw) -> {
            if (!names.contains(name)) {
                problems.add(new Problem(prefix + name, "is not known: " + Spelling.hint(name, names), raw.source()));
            }
        });
        @Nullable Object[] usual = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            usual[i] = get(components[i], defaults);
        }
        @Nullable Object[] arguments = usual.clone();
        Map<Integer, Raw> given = new LinkedHashMap<>();
        for (int i = 0; i < components.length; i++) {
            String key = prefix + components[i].getName();
            Raw raw = written.fields().get(components[i].getName());
            Class<?> item = Values.item(components[i].getGenericType());
            if (item != null) {
                refuseVariables(key);
                arguments[i] =
                        new ItemBinder(item, problems, values).bind(key, raw, (List<?>) get(components[i], defaults));
                if (raw != null) {
                    given.put(i, raw);
                }
            } else if (Values.isLeaf(components[i].getType())) {
                leaf(key, components[i], raw, i, arguments, given);
            } else {
                arguments[i] = section(key, (Record) get(components[i], defaults), raw);
            }
        }
        try {
            return make(defaults.getClass(), arguments);
        } catch (IllegalArgumentException e) {
            String key = prefix.replaceAll("\\.$", "");
            Problem whole = new Problem(key, String.valueOf(e.getMessage()), written.source());
            problems.addAll(refused(whole, defaults.getClass(), usual, arguments, given));
            return defaults;
        }
    }

    Record section(String key, Record defaults, @Nullable Raw raw) {
        Raw.Fields fields = new Raw.Fields(Map.of(), Source.DEFAULT);
        if (raw instanceof Raw.Fields given) {
            fields = given;
        } else if (raw != null && !(raw instanceof Raw.Text text && text.text().isEmpty())) {
            problems.add(new Problem(key, "must be a section with keys of its own", raw.source()));
        }
        return bind(key + ".", defaults, fields, Set.of());
    }

    private void leaf(
            String key,
            RecordComponent component,
            @Nullable Raw written,
            int index,
            @Nullable Object[] arguments,
            Map<Integer, Raw> given) {
        String variable = variable(key);
        known.add(variable);
        Raw raw = variables.containsKey(variable) ? variables.get(variable) : written;
        if (raw != null) {
            try {
                arguments[index] = Values.read(component.getGenericType(), raw);
                given.put(index, raw);
            } catch (IllegalArgumentException e) {
                problems.add(new Problem(key, e.getMessage() + shown(component, raw), raw.source()));
            }
        }
        Source source = raw == null ? Source.DEFAULT : raw.source();
        values.add(new ConfigValue(key, Values.text(Objects.requireNonNull(arguments[index])), source));
    }

    /** A list of records would need a variable for each key of each item: too easy to get half right. */
    private void refuseVariables(String key) {
        String variable = variable(key);
        variables.forEach((name, text) -> {
            if (name.equals(variable) || name.startsWith(variable + "_")) {
                known.add(name);
                problems.add(
                        new Problem(key, "cannot be set by a variable: write the list into the file", text.source()));
            }
        });
    }

    /**
     * Whom to tell what a record refused: each given value that it refuses beside nothing but usual ones, under its own
     * key; when there is none, {@code whole}.
     */
    static List<Problem> refused(
            Problem whole,
            Class<?> type,
            @Nullable Object[] usual,
            @Nullable Object[] arguments,
            Map<Integer, Raw> given) {
        List<Problem> found = new ArrayList<>();
        given.forEach((index, raw) -> {
            @Nullable Object[] alone = usual.clone();
            alone[index] = arguments[index];
            try {
                make(type, alone);
            } catch (IllegalArgumentException e) {
                RecordComponent component = type.getRecordComponents()[index];
                String name = component.getName();
                found.add(new Problem(
                        whole.key().isEmpty() ? name : whole.key() + "." + name,
                        e.getMessage() + shown(component, raw),
                        raw.source()));
            }
        });
        return found.isEmpty() ? List.of(whole) : found;
    }

    /** Pairs that were refused are not repeated: a password may be among them. */
    private static String shown(RecordComponent component, Raw raw) {
        return component.getType() == Map.class ? "" : shown(raw);
    }

    static String shown(Raw raw) {
        return raw instanceof Raw.Text text ? ", not '" + text.text() + "'" : "";
    }

    private static Object get(RecordComponent component, Record record) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(component + " cannot be read", e);
        }
    }

    static Record make(Class<?> type, @Nullable Object[] arguments) {
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getType)
                    .toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return (Record) constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                throw refused;
            }
            throw new IllegalStateException(type + " cannot be made", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " cannot be made", e);
        }
    }
}
