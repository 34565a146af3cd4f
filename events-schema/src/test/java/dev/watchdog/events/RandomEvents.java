package dev.watchdog.events;

import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Events of every type with nasty contents, the same ones for the same seed. New record types are covered by themselves. */
final class RandomEvents {
    private static final String[] NASTY = {
        "",
        "\"",
        "\\",
        "\\u0000",
        "\u0000",
        "\n\r\t",
        "\u001b[31m",
        "\u007f",
        "\u0085",
        "\u2028\u2029",
        "\uFEFF",
        "\uFFFF",
        "null",
        "{}",
        "]]>",
        "</script>",
        "${jndi:x}",
        "%00",
        "'; DROP TABLE entries",
        "é",
        "e\u0301",
        "наука",
        "\uD83D\uDC15",
        "\u202Egnp.exe",
        "1e400",
        "NaN"
    };

    private static final List<Severity> SEVERITIES = List.of(Severity.values());

    private final Random random;
    private final List<String> types = List.copyOf(EventTypes.names());

    RandomEvents(long seed) {
        random = new Random(seed);
    }

    Event next() {
        return new Event(
                "/hosts/" + token() + "/" + token(),
                1 + (random.nextLong() & Long.MAX_VALUE) % Long.MAX_VALUE,
                random.nextInt(5) == 0 ? Subject.HOST : new Subject("container", token()),
                time(),
                time(),
                SEVERITIES.get(random.nextInt(SEVERITIES.size())),
                maybe(this::text),
                maybe(this::token),
                data());
    }

    EventData data() {
        Class<? extends EventData> type =
                Objects.requireNonNull(EventTypes.classOf(types.get(random.nextInt(types.size()))));
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] parameters = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            parameters[i] = components[i].getType();
            boolean nullable = components[i].getAnnotatedType().isAnnotationPresent(Nullable.class);
            values[i] = nullable && random.nextBoolean() ? null : value(components[i]);
        }
        try {
            return type.getDeclaredConstructor(parameters).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(type + " cannot be made", e);
        }
    }

    String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            switch (random.nextInt(3)) {
                case 0 -> text.append(NASTY[random.nextInt(NASTY.length)]);
                case 1 -> text.append((char) random.nextInt(0x20));
                default -> text.appendCodePoint(codePoint());
            }
        }
        return text.toString();
    }

    private Object value(RecordComponent component) {
        Class<?> type = component.getType();
        if (type == String.class) {
            return text();
        }
        if (type == long.class) {
            return random.nextLong();
        }
        if (type == int.class) {
            return random.nextInt();
        }
        if (type == Instant.class) {
            return time();
        }
        if (type == Evidence.class) {
            return new Evidence(facts(0));
        }
        if (component.getGenericType().getTypeName().endsWith("java.lang.Long>")) {
            return map(random::nextLong);
        }
        if (component.getGenericType().getTypeName().endsWith("String, java.lang.String>")) {
            return map(this::text);
        }
        throw new AssertionError("teach the generator " + component);
    }

    private Map<String, Object> facts(int depth) {
        return map(() -> fact(depth));
    }

    private Object fact(int depth) {
        return switch (random.nextInt(depth < 4 ? 8 : 6)) {
            case 0 -> random.nextLong();
            case 1 -> random.nextBoolean();
            case 2 -> Double.longBitsToDouble(random.nextLong());
            case 3 -> random.nextFloat();
            case 6 -> facts(depth + 1);
            case 7 -> {
                List<Object> items = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    items.add(fact(depth + 1));
                }
                yield items;
            }
            default -> text();
        };
    }

    private <V> Map<String, V> map(Supplier<V> values) {
        Map<String, V> map = new LinkedHashMap<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            map.put(text(), values.get());
        }
        return map;
    }

    private <V> @Nullable V maybe(Supplier<V> value) {
        return random.nextBoolean() ? value.get() : null;
    }

    private String token() {
        return Long.toHexString(random.nextLong());
    }

    private Instant time() {
        return Instant.ofEpochSecond(random.nextLong(4_000_000_000L), random.nextInt(1_000_000_000));
    }

    private int codePoint() {
        int point = random.nextInt(Character.MAX_CODE_POINT + 1);
        return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE ? 'x' : point;
    }
}
