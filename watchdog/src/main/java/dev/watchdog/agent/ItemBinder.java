package dev.watchdog.agent;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes the records of a list, one from each item: a component of type {@link Optional} may be left out, every other one
 * must be there. Keys are told as {@code rules[2].floor}, counted from 0.
 */
final class ItemBinder {
    private final Class<?> type;
    private final RecordComponent[] components;
    private final Set<String> names;
    private final List<Problem> problems;
    private final List<ConfigValue> values;

    ItemBinder(Class<?> type, List<Problem> problems, List<ConfigValue> values) {
        this.type = type;
        this.components = type.getRecordComponents();
        this.names =
                Arrays.stream(components).map(RecordComponent::getName).collect(Collectors.toCollection(TreeSet::new));
        this.problems = problems;
        this.values = values;
    }

    /** The items that could be made, in their order; the usual ones when nothing was written. */
    List<?> bind(String key, @Nullable Raw raw, List<?> usual) {
        if (raw instanceof Raw.Items given && !given.items().isEmpty()) {
            List<Record> made = new ArrayList<>();
            for (int i = 0; i < given.items().size(); i++) {
                item(key + "[" + i + "]", given.items().get(i)).ifPresent(made::add);
            }
            return made;
        }
        boolean empty = raw instanceof Raw.Items
                || (raw instanceof Raw.Text text && text.text().isEmpty());
        if (raw != null && !empty) {
            problems.add(new Problem(
                    key, "must be a list, such as [{ " + names.iterator().next() + ": … }]", raw.source()));
        }
        List<?> result = raw == null ? usual : List.of();
        values.add(new ConfigValue(key, Values.text(result), raw == null ? Source.DEFAULT : raw.source()));
        return result;
    }

    private Optional<Record> item(String key, Raw raw) {
        if (!(raw instanceof Raw.Fields written)) {
            problems.add(new Problem(key, "must be a section with keys of its own", raw.source()));
            return Optional.empty();
        }
        written.fields().forEach((name, value) -> {
            if (!names.contains(name)) {
                problems.add(
                        new Problem(key + "." + name, "is not known: " + Spelling.hint(name, names), value.source()));
            }
        });
        @Nullable Object[] usual = new Object[components.length];
        @Nullable Object[] arguments = new Object[components.length];
        Map<Integer, Raw> given = new LinkedHashMap<>();
        for (int i = 0; i < components.length; i++) {
            String name = components[i].getName();
            boolean optional = components[i].getType() == Optional.class;
            Raw value = written.fields().get(name);
            Object read = value == null ? null : value(key + "." + name, components[i].getGenericType(), value);
            if (value != null && read != null) {
                given.put(i, value);
            } else if (value == null && !optional) {
                problems.add(new Problem(key + "." + name, "is missing", written.source()));
            }
            arguments[i] = read == null && optional ? Optional.empty() : read;
            usual[i] = optional ? Optional.empty() : read;
        }
        return Arrays.asList(arguments).contains(null)
                ? Optional.empty()
                : make(key, written.source(), usual, arguments, given);
    }

    private @Nullable Object value(String key, Type declared, Raw raw) {
        boolean optional = declared instanceof ParameterizedType generic && generic.getRawType() == Optional.class;
        Type inner = optional ? ((ParameterizedType) declared).getActualTypeArguments()[0] : declared;
        try {
            Object value = Values.read(inner, raw);
            values.add(new ConfigValue(key, Values.text(value), raw.source()));
            return optional ? Optional.of(value) : value;
        } catch (IllegalArgumentException e) {
            problems.add(new Problem(key, e.getMessage() + Binder.shown(raw), raw.source()));
            return null;
        }
    }

    private Optional<Record> make(
            String key,
            Source source,
            @Nullable Object[] usual,
            @Nullable Object[] arguments,
            Map<Integer, Raw> given) {
        try {
            return Optional.of(Binder.make(type, arguments));
        } catch (IllegalArgumentException e) {
            Problem whole = new Problem(key, String.valueOf(e.getMessage()), source);
            problems.addAll(Binder.refused(whole, type, usual, arguments, given));
            return Optional.empty();
        }
    }
}
