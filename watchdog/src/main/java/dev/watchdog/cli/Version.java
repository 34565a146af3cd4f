package dev.watchdog.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Which version this is. */
@Command(name = "version", description = "Tells the version.")
final class Version implements Callable<Integer> {
    private final Global global;

    Version(Global global) {
        this.global = global;
    }

    @Override
    public Integer call() {
        if (global.json()) {
            global.print(Map.of("version", Watchdog.version()));
        } else {
            global.out().println("watchdog " + Watchdog.version());
            global.out().flush();
        }
        return Exit.OK;
    }
}
