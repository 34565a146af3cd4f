package dev.watchdog.guests.simulation;

import dev.watchdog.guests.policy.Wishes;
import dev.watchdog.guests.policy.Wishes.Consent;
import dev.watchdog.guests.simulation.Scenario.Limit;
import dev.watchdog.guests.simulation.Scenario.Numbers;
import dev.watchdog.guests.simulation.Scenario.Role;
import dev.watchdog.guests.simulation.Scenario.Span;
import dev.watchdog.healing.DataSize;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lines of text: {@code guest NAME WORD...}, {@code limit NAME SIZE [from SECONDS]}, {@code pressure FROM TO}. A guest's words
 * are {@code limit=NAME}, {@code period=SECONDS}, {@code reboot=SECONDS}, {@code weight=NUMBER}, {@code floor=SIZE},
 * {@code numbers=lies}, {@code numbers=none}, {@code consent=unasked}, {@code consent=out}, {@code hugepages}. Blank lines and those
 * that begin with # say nothing.
 */
public final class ScenarioFile {
    private static final double MIB = 1 << 20;

    private final Map<String, Role> roles = new LinkedHashMap<>();
    private final Map<String, List<Limit>> limits = new LinkedHashMap<>();
    private final List<Span> pressure = new ArrayList<>();

    private ScenarioFile() {}

    /**
     * Reads all of it.
     *
     * @throws IOException when the reader fails, or a line is not understood: its message says which and why
     */
    public static Scenario read(BufferedReader lines) throws IOException {
        ScenarioFile file = new ScenarioFile();
        int number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            String text = line.strip();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            try {
                file.add(text.split("\\s+"));
            } catch (IllegalArgumentException e) {
                throw new IOException("line " + number + ": " + e.getMessage(), e);
            }
        }
        for (Role role : file.roles.values()) {
            for (String limit : role.limits()) {
                if (!file.limits.containsKey(limit)) {
                    throw new IOException("no line says what the limit " + limit + " is");
                }
            }
        }
        return new Scenario(file.roles, file.limits, file.pressure);
    }

    private void add(String[] words) {
        switch (words[0]) {
            case "guest" -> {
                need(words.length >= 2, "guest NAME WORD...");
                roles.put(words[1], role(words));
            }
            case "limit" -> {
                need(
                        words.length == 3 || (words.length == 5 && words[3].equals("from")),
                        "limit NAME SIZE [from SECONDS]");
                double from = words.length == 5 ? number(words[4]) : 0;
                limits.computeIfAbsent(words[1], key -> new ArrayList<>()).add(new Limit(from, size(words[2]) / MIB));
            }
            case "pressure" -> {
                need(words.length == 3, "pressure FROM TO");
                pressure.add(new Span(number(words[1]), number(words[2])));
            }
            default ->
                throw new IllegalArgumentException("it must begin with guest, limit or pressure, not with " + words[0]);
        }
    }

    private static Role role(String[] words) {
        List<String> within = new ArrayList<>();
        List<Double> reboots = new ArrayList<>();
        double period = 0;
        double weight = 1;
        double floor = 0;
        boolean hugePages = false;
        Numbers numbers = Numbers.TRUE;
        Consent consent = Consent.IN;
        for (int i = 2; i < words.length; i++) {
            String[] pair = words[i].split("=", 2);
            String value = pair.length == 2 ? pair[1] : "";
            switch (pair[0]) {
                case "limit" -> within.add(value);
                case "period" -> period = number(value);
                case "reboot" -> reboots.add(number(value));
                case "weight" -> weight = number(value);
                case "floor" -> floor = size(value);
                case "hugepages" -> hugePages = true;
                case "numbers" -> numbers = chosen(value, Map.of("lies", Numbers.LIES, "none", Numbers.NONE));
                case "consent" -> consent = chosen(value, Map.of("unasked", Consent.UNASKED, "out", Consent.OUT));
                default -> throw new IllegalArgumentException("no word of a guest is called " + pair[0]);
            }
        }
        Wishes wishes = new Wishes(consent, (long) floor, 0, weight, "");
        need(wishes.problem().isEmpty(), wishes.problem());
        return new Role(within, period, numbers, hugePages, wishes, reboots);
    }

    private static <T> T chosen(String value, Map<String, T> of) {
        T found = of.get(value);
        if (found == null) {
            throw new IllegalArgumentException(
                    "it must be one of " + String.join(", ", of.keySet()) + ", not " + value);
        }
        return found;
    }

    private static void need(boolean holds, String wanted) {
        if (!holds) {
            throw new IllegalArgumentException("it must be: " + wanted);
        }
    }

    private static double number(String text) {
        if (!text.matches("[0-9]{1,7}(\\.[0-9]{1,3})?s?")) {
            throw new IllegalArgumentException("it must be a number, not " + text);
        }
        return Double.parseDouble(text.replace("s", ""));
    }

    /** Bytes. */
    private static double size(String text) {
        return DataSize.parse(text).bytes();
    }
}
