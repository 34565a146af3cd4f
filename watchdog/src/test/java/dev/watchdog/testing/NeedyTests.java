package dev.watchdog.testing;

import java.io.IOException;
import java.lang.annotation.Annotation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;
import org.junit.platform.launcher.listeners.TestExecutionSummary.Failure;

/** Runs every class that says that it needs root, or what needs root (@NeedsDockerd and the like), in its own process. */
final class NeedyTests {
    private NeedyTests() {}

    /**
     * Prints how many classes there are, how many were skipped, how many tests began and how many failed, and what failed.
     *
     * @param arguments the directory of the compiled tests
     */
    public static void main(String[] arguments) throws IOException {
        List<Class<?>> classes = needy(Path.of(arguments[0]));
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(classes.stream().map(DiscoverySelectors::selectClass).toList())
                .build();
        LauncherFactory.create().execute(request, listener);
        TestExecutionSummary summary = listener.getSummary();
        System.out.printf(
                "%d classes, %d skipped, %d tests begun, %d failed%n",
                classes.size(),
                summary.getContainersSkippedCount(),
                summary.getTestsStartedCount(),
                summary.getTotalFailureCount());
        for (Failure failure : summary.getFailures()) {
            System.out.println(failure.getTestIdentifier().getUniqueId() + ": " + failure.getException());
        }
        System.exit(0);
    }

    private static List<Class<?>> needy(Path tests) throws IOException {
        try (Stream<Path> files = Files.walk(tests)) {
            return files.map(file -> tests.relativize(file).toString())
                    .filter(file -> file.endsWith("IT.class") && !file.contains("$"))
                    .sorted()
                    .<Class<?>>map(NeedyTests::load)
                    .filter(each -> Arrays.stream(each.getAnnotations()).anyMatch(NeedyTests::isNeed))
                    .toList();
        }
    }

    private static boolean isNeed(Annotation annotation) {
        // programs of others run as anybody
        return annotation.annotationType().getSimpleName().startsWith("Needs")
                && annotation.annotationType() != NeedsForeign.class;
    }

    private static Class<?> load(String file) {
        String name = file.substring(0, file.length() - ".class".length()).replace('/', '.');
        try {
            return Class.forName(name, false, NeedyTests.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
