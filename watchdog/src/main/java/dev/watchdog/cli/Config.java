package dev.watchdog.cli;

import dev.watchdog.agent.ConfigValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The effective configuration. */
@Command(
        name = "config",
        description = "Shows the configuration that 'run' would use now, and where each value comes from.",
        footer = {
            "",
            "Defaults, then the file, then variables: journal.maxSize is WATCHDOG_JOURNAL_MAX_SIZE.",
            "",
            "Example: WATCHDOG_MODE=observe watchdog config"
        })
final class Config implements Callable<Integer> {
    private final Global global;

    Config(Global global) {
        this.global = global;
    }

    @Override
    public Integer call() {
        List<ConfigValue> values = global.configuration().values();
        if (global.json()) {
            global.print(Map.of("values", values.stream().map(Config::json).toList()));
            return Exit.OK;
        }
        Table table = Table.of(Column.key("key"), Column.word("value"), Column.word("from"));
        values.forEach(each ->
                table.row(List.of(each.key(), each.value(), each.source().text())));
        table.print(global.out(), global.style());
        return Exit.OK;
    }

    private static Map<String, String> json(ConfigValue value) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("key", value.key());
        fields.put("value", value.value());
        fields.put("source", value.source().text());
        return fields;
    }
}
