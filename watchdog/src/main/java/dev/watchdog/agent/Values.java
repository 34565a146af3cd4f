package dev.watchdog.agent;

import dev.watchdog.healing.Durations;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Turns what was written into values, by the declared type: String, int, long, double, boolean, Duration, Instant, Path, enums
 * in lower case, lists and maps of these, and every type that has {@code static parse(String)} and writes itself the same way.
 * What cannot be read is an IllegalArgumentException that says what is allowed.
 */
final class Values {
    private Values() {}

    /** True for a type that is one value, not a section. */
    static boolean isLeaf(Class<?> type) {
        return !type.isRecord() || parser(type) != null;
    }

    /** The record that a list is of, when each of its items is a section with keys of its own; null for any other type. */
    static @Nullable Class<?> item(Type type) {
        return type instanceof ParameterizedType generic
                        && generic.getRawType() == List.class
                        && generic.getActualTypeArguments()[0] instanceof Class<?> item
                        && !isLeaf(item)
                ? item
                : null;
    }

    static Object read(Type type, Raw raw) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            return generic.getRawType() == List.class
                    ? list(arguments[0], raw)
                    : map(arguments[arguments.length - 1], raw);
        }
        if (raw instanceof Raw.Text text) {
            return one((Class<?>) type, text.text());
        }
        throw new IllegalArgumentException("must be one value");
    }

    private static List<Object> list(Type type, Raw raw) {
        if (raw instanceof Raw.Items items) {
            return items.items().stream().map(item -> read(type, item)).toList();
        }
        if (raw instanceof Raw.Text text) {
            return split(text.text()).stream()
                    .map(item -> read(type, new Raw.Text(item, raw.source())))
                    .toList();
        }
        throw new IllegalArgumentException("must be a list, such as [a, b]");
    }

    private static Map<String, Object> map(Type type, Raw raw) {
        Map<String, Object> result = new LinkedHashMap<>();
        if (raw instanceof Raw.Fields fields) {
            fields.fields().forEach((name, value) -> result.put(name, read(type, value)));
            return result;
        }
        if (raw instanceof Raw.Text text) {
            for (String pair : split(text.text())) {
                int equals = pair.indexOf('=');
                if (equals < 1) {
                    throw new IllegalArgumentException("must be pairs, such as a=b,c=d");
                }
                result.put(
                        pair.substring(0, equals), read(type, new Raw.Text(pair.substring(equals + 1), raw.source())));
            }
            return result;
        }
        throw new IllegalArgumentException("must be pairs, such as {a: b}");
    }

    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            if (!part.isBlank()) {
                parts.add(part.strip());
            }
        }
        return parts;
    }

    private static Object one(Class<?> type, String text) {
        if (type == String.class) {
            return text;
        }
        if (type == int.class) {
            return Math.toIntExact(number(text, Integer.MAX_VALUE));
        }
        if (type == long.class) {
            return number(text, Long.MAX_VALUE);
        }
        if (type == boolean.class || type == Boolean.class) {
            return flag(text);
        }
        if (type == double.class || type == Double.class) {
            return decimal(text);
        }
        if (type == Duration.class) {
            return Durations.parse(text);
        }
        if (type == Path.class) {
            return path(text);
        }
        if (type == Instant.class) {
            return time(text);
        }
        Method parser = parser(type);
        if (parser != null) {
            return parse(parser, text);
        }
        if (type.isEnum()) {
            return word(type, text);
        }
        throw new IllegalStateException(type + " is no type that a configuration record may use");
    }

    private static long number(String text, long most) {
        try {
            long number = Long.parseLong(text);
            if (number >= 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException("must be a whole number from 0 to " + most);
    }

    private static double decimal(String text) {
        if (text.matches("[0-9]{1,9}(\\.[0-9]{1,9})?")) {
            return Double.parseDouble(text);
        }
        throw new IllegalArgumentException("must be a number, such as 1.5");
    }

    private static boolean flag(String text) {
        if (text.equals("true") || text.equals("false")) {
            return text.equals("true");
        }
        throw new IllegalArgumentException("must be true or false");
    }

    private static Path path(String text) {
        try {
            if (!text.isEmpty()) {
                return Path.of(text);
            }
        } catch (InvalidPathException e) {
            // told below
        }
        throw new IllegalArgumentException("must be a path");
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("must be a time in UTC, such as 2027-01-31T00:00:00Z", e);
        }
    }

    private static Object word(Class<?> type, String text) {
        Object[] constants = type.getEnumConstants();
        for (Object constant : constants) {
            if (text(constant).equals(text)) {
                return constant;
            }
        }
        throw new IllegalArgumentException(
                "must be " + Arrays.stream(constants).map(Values::text).collect(Collectors.joining(", or ")));
    }

    private static @Nullable Method parser(Class<?> type) {
        try {
            Method method = type.getMethod("parse", String.class);
            return Modifier.isStatic(method.getModifiers()) && method.getReturnType() == type && !type.isEnum()
                    ? method
                    : null;
        } catch (NoSuchMethodException e) {
            return null;
        }
    }

    private static Object parse(Method parser, String text) {
        try {
            return parser.invoke(null, text);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                throw refused;
            }
            throw new IllegalStateException(parser + " failed", e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(parser + " must be public", e);
        }
    }

    /** The value as one would write it. */
    static String text(Object value) {
        if (value instanceof Duration duration) {
            return Durations.text(duration);
        }
        if (value instanceof Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Values::text).collect(Collectors.joining(","));
        }
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> entry.getKey() + "=" + text(entry.getValue()))
                    .sorted()
                    .collect(Collectors.joining(","));
        }
        return value.toString();
    }
}
