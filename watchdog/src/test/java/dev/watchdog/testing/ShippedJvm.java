package dev.watchdog.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A test's main class in a JVM of its own with the heap that {@code bin/watchdog} gives the agent. */
public final class ShippedJvm {
    private ShippedJvm() {}

    /** Runs to the end with this JVM's class path; what it did not say "done" to is a failure. */
    public static String run(Class<?> main, String... arguments) {
        return run(List.of(), main, arguments);
    }

    /** The same in a mount namespace that nobody else has. */
    public static String runInOwnNamespace(Class<?> main, String... arguments) {
        return run(List.of("unshare", "--mount", "--propagation", "private"), main, arguments);
    }

    private static String run(List<String> before, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(before);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xms8m",
                "-Xmx64m",
                "-Xmn3m",
                "-Xss512k",
                "-XX:+ExitOnOutOfMemoryError",
                "-Djna.nosys=true",
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
