package dev.watchdog.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildCacheTest {
    @TempDir
    Path directory;

    @Test
    void buildsOnceHoweverManyAsk() {
        AtomicInteger builds = new AtomicInteger();
        List<Path> got = IntStream.range(0, 4)
                .mapToObj(i ->
                        CompletableFuture.supplyAsync(() -> new BuildCache(directory).get("roots", "a-1", place -> {
                            builds.incrementAndGet();
                            Files.createDirectory(place);
                            Files.writeString(place.resolve("file"), "whole");
                        })))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
        assertThat(got).containsOnly(directory.resolve("roots/a-1"));
        assertThat(builds).hasValue(1);
        assertThat(directory.resolve("roots/a-1/file")).hasContent("whole");
    }

    @Test
    void believesNothingOfABuildThatFailed() throws Exception {
        BuildCache cache = new BuildCache(directory);
        assertThatThrownBy(() -> cache.get("roots", "a-1", place -> {
                    Files.createDirectory(place);
                    throw new IOException("the disk is full");
                }))
                .isInstanceOf(UncheckedIOException.class)
                .hasRootCauseMessage("the disk is full");
        try (Stream<Path> left = Files.list(directory.resolve("roots"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void clearsAwayWhatAKilledBuildLeftWithoutFollowingItsLinks() throws Exception {
        Path outside = Files.writeString(directory.resolve("outside"), "stays");
        Path partial = Files.createDirectories(directory.resolve("roots/.a-1.partial/etc"));
        Files.createSymbolicLink(partial.resolve("link"), outside);
        Path built = new BuildCache(directory).get("roots", "a-1", place -> {
            assertThat(place).doesNotExist();
            Files.writeString(place, "new");
        });
        assertThat(built).hasContent("new");
        assertThat(outside).hasContent("stays");
        assertThat(directory.resolve("roots/.a-1.partial")).doesNotExist();
    }

    @Test
    void aRecipeThatChangesHasAnotherKeyAndTheOrderOfPackagesChangesNothing() {
        DebianRoot root = new DebianRoot("a", "bookworm", List.of("mount", "procps"));
        assertThat(root.key()).isEqualTo(new DebianRoot("b", "bookworm", List.of("procps", "mount")).key());
        assertThat(root.key()).isNotEqualTo(new DebianRoot("a", "trixie", List.of("mount", "procps")).key());
        assertThat(root.key()).isNotEqualTo(new DebianRoot("a", "bookworm", List.of("mount")).key());
    }
}
