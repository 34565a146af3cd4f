package dev.watchdog.healing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.watchdog.events.Subject;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The healer's state as rows of the journal's state table, one for each case, budget, blind sensor, command and mode, so that a step
 * writes only what it changed.
 */
final class StateRows {
    static final String CORE = "core";
    private static final String CASE = "case ";
    private static final String BUDGET = "budget ";
    private static final String SENSOR = "sensor ";
    private static final String COMMAND = "command ";
    private static final String MODE = "mode ";
    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .build();

    private StateRows() {}

    static String row(FaultKey key) {
        return CASE + key.subject() + " " + key.kind();
    }

    static String budgetRow(String actionKind) {
        return BUDGET + actionKind;
    }

    static String sensorRow(String sensor) {
        return SENSOR + sensor;
    }

    static String commandRow(String id) {
        return COMMAND + id;
    }

    static String modeRow(String faultKind) {
        return MODE + faultKind;
    }

    /** The rows that a step changed; an empty value is a row that goes. */
    static Map<String, Optional<String>> write(HealerState state, Set<String> changed) {
        Map<String, Optional<String>> rows = new LinkedHashMap<>();
        for (String row : changed) {
            rows.put(row, Optional.ofNullable(value(state, row)).map(StateRows::toJson));
        }
        return rows;
    }

    private static @Nullable Object value(HealerState state, String row) {
        if (row.equals(CORE)) {
            return state.core();
        }
        if (row.startsWith(CASE)) {
            return state.cases().get(key(row));
        }
        if (row.startsWith(COMMAND)) {
            return state.commands().get(row.substring(COMMAND.length()));
        }
        if (row.startsWith(MODE)) {
            return state.modes().get(row.substring(MODE.length()));
        }
        return row.startsWith(BUDGET)
                ? state.budgets().get(row.substring(BUDGET.length()))
                : state.blind().get(row.substring(SENSOR.length()));
    }

    private static FaultKey key(String row) {
        String[] parts = row.substring(CASE.length()).split(" ", 2);
        return new FaultKey(Subject.parse(parts[0]), parts[1]);
    }

    /** @throws IllegalStateException naming a row that cannot be read */
    static HealerState read(Map<String, String> rows) {
        Map<FaultKey, Case> cases = new HashMap<>();
        Map<String, Budget> budgets = new HashMap<>();
        Map<String, HealerState.Blindness> blind = new HashMap<>();
        Map<String, Ongoing> commands = new HashMap<>();
        Map<String, Mode> modes = new HashMap<>();
        HealerState.Core core = HealerState.EMPTY.core();
        for (Map.Entry<String, String> row : rows.entrySet()) {
            String name = row.getKey();
            if (name.equals(CORE)) {
                core = fromJson(row, HealerState.Core.class);
            } else if (name.startsWith(CASE)) {
                cases.put(key(name), fromJson(row, Case.class));
            } else if (name.startsWith(BUDGET)) {
                budgets.put(name.substring(BUDGET.length()), fromJson(row, Budget.class));
            } else if (name.startsWith(SENSOR)) {
                blind.put(name.substring(SENSOR.length()), fromJson(row, HealerState.Blindness.class));
            } else if (name.startsWith(COMMAND)) {
                commands.put(name.substring(COMMAND.length()), fromJson(row, Ongoing.class));
            } else if (name.startsWith(MODE)) {
                modes.put(name.substring(MODE.length()), fromJson(row, Mode.class));
            }
        }
        return new HealerState(cases, budgets, blind, commands, modes, core);
    }

    private static String toJson(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a state record cannot be written: " + e.getOriginalMessage(), e);
        }
    }

    private static <T> T fromJson(Map.Entry<String, String> row, Class<T> type) {
        try {
            return JSON.readValue(row.getValue(), type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(
                    "the journal's state row '" + row.getKey() + "' cannot be read: " + e.getOriginalMessage(), e);
        }
    }
}
