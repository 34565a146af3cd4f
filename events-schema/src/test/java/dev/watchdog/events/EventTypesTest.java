package dev.watchdog.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventTypesTest {
    @Test
    void namesAreInTheOrderOfAFaultsLifeAndCannotBeChanged() {
        assertThat(EventTypes.names())
                .hasSize(21)
                .startsWith(
                        "dev.watchdog.fault.raised.v1",
                        "dev.watchdog.fault.cleared.v1",
                        "dev.watchdog.action.requested.v1")
                .endsWith("dev.watchdog.record.refused.v1", "dev.watchdog.record.undelivered.v1");
        assertThatThrownBy(() -> EventTypes.names().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void everyRecordOfTheSealedSetHasAName() {
        List<Class<?>> records = new ArrayList<>();
        leaves(EventData.class, records);

        assertThat(EventTypes.names())
                .extracting(EventTypes::classOf)
                .containsExactlyInAnyOrderElementsOf(cast(records));
    }

    @Test
    void anUnknownNameHasNoRecord() {
        assertThat(EventTypes.classOf("dev.watchdog.fault.raised.v2")).isNull();
        assertThat(EventTypes.classOf("")).isNull();
    }

    @Test
    void theSchemaIsNamedAfterTheType() {
        assertThat(EventTypes.schemaOf(new SensorEvent.Recovered("s", 1)))
                .hasToString("https://watchdog.dev/schemas/sensor.recovered.v1.json");
    }

    private static void leaves(Class<?> type, List<Class<?>> into) {
        if (type.isSealed()) {
            for (Class<?> permitted : type.getPermittedSubclasses()) {
                leaves(permitted, into);
            }
        } else {
            into.add(type);
        }
    }

    private static List<Class<? extends EventData>> cast(List<Class<?>> records) {
        List<Class<? extends EventData>> result = new ArrayList<>();
        records.forEach(type -> result.add(type.asSubclass(EventData.class)));
        return result;
    }
}
