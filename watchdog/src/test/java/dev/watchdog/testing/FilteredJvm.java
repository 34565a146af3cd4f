package dev.watchdog.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A test's main class in a JVM of its own, because what it does to its process cannot be undone. */
public final class FilteredJvm {
    private FilteredJvm() {}

    /** Runs to the end with this JVM's class path; what it did not say "done" to is a failure. */
    public static String run(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        Programs.Ran ran = Programs.run(command.toArray(new String[0])).orFail();
        if (!ran.out().contains("done")) {
            throw new AssertionError(main + " ended early\n" + ran.out() + ran.err());
        }
        return ran.out();
    }
}
