package dev.watchdog.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** What the agent has taken at one moment. */
record Sample(double mebibytes, int threads, int descriptors, double journalMebibytes) {
    static Sample of(AgentProcess agent, Path journal) throws IOException {
        try (Stream<Path> files = Files.list(journal)) {
            long bytes =
                    files.filter(Files::isRegularFile).mapToLong(Sample::size).sum();
            return new Sample(
                    agent.residentMebibytes(), agent.threads(), agent.descriptors(), bytes / (double) (1 << 20));
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (java.nio.file.NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The middle one: a single sample may have caught a garbage collection or a repair. */
    static double median(List<Sample> samples, ToDoubleFunction<Sample> figure) {
        return samples.stream()
                .mapToDouble(figure)
                .sorted()
                .skip(samples.size() / 2)
                .findFirst()
                .orElseThrow();
    }
}
