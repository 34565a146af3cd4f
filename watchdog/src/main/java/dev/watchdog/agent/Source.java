package dev.watchdog.agent;

import java.nio.file.Path;

/** Where a value of the configuration came from, in words: {@code default}, {@code /etc/…:12}, or a variable's name. */
public record Source(String text) {
    static final Source DEFAULT = new Source("default");

    static Source line(Path file, int line) {
        return new Source(file + ":" + line);
    }

    static Source variable(String name) {
        return new Source(name);
    }

    @Override
    public String toString() {
        return text;
    }
}
