package dev.watchdog.guests;

import dev.watchdog.guests.GuestsSettings.StatsPeriod;
import dev.watchdog.healing.DataSize;
import dev.watchdog.healing.Enabled;
import dev.watchdog.healing.Mode;
import dev.watchdog.libvirt.Hypervisor;
import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.KernelFiles;
import dev.watchdog.linux.Moment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A host of 8 GiB whose time is in the test's hand, with a pretended hypervisor. */
final class VirtualHost implements AutoCloseable {
    private static final int MOST_TICKS = 900;
    private static final long TOTAL = 8_192;

    final PretendHypervisor hypervisor;
    /** The threads that moves went on. */
    final Set<String> moved = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private volatile Moment now = new Moment("boot", Duration.ofHours(1), Instant.parse("2026-01-02T03:04:05Z"));
    final HostClock clock = () -> now;
    private @Nullable GuestsRoom room;

    VirtualHost(Path directory) throws IOException {
        this.directory = directory;
        this.hypervisor = new PretendHypervisor("pretend:///system", clock, this::remembers);
        Files.createDirectories(directory.resolve("proc/pressure"));
        Files.createDirectories(directory.resolve("proc/self"));
        // without control groups: nothing limits anybody
        Files.writeString(directory.resolve("proc/self/mountinfo"), "");
        Files.writeString(directory.resolve("proc/vmstat"), "pswpin 0\npswpout 0\n");
        Files.writeString(
                directory.resolve("proc/pressure/memory"),
                "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
    }

    /** What its guests hold is not available. */
    private void remembers(double guestsMib) {
        try {
            Files.writeString(
                    directory.resolve("proc/meminfo"),
                    "MemTotal: " + TOTAL * 1024 + " kB\nMemAvailable: " + (long) ((TOTAL - guestsMib) * 1024)
                            + " kB\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts an agent on the journal of the one before, with so much for all guests. */
    GuestsRoom start(Mode mode, long guestsMib, Hypervisor... further) throws Exception {
        return start(mode, guestsMib, StatsPeriod.KEEP, further);
    }

    GuestsRoom start(Mode mode, long guestsMib, StatsPeriod period, Hypervisor... further) throws Exception {
        List<Hypervisor> hypervisors = new ArrayList<>(List.of(hypervisor));
        hypervisors.addAll(List.of(further));
        GuestsSettings settings = new GuestsSettings(
                Enabled.TRUE, Duration.ofSeconds(1), DataSize.mebibytes(TOTAL - guestsMib), List.of(), period);
        GuestsRoom made = new GuestsRoom(
                directory.resolve("journal"),
                clock,
                mode,
                settings,
                hypervisors,
                KernelFiles.below(directory),
                (step, action) -> moved.add(Thread.currentThread().getName()));
        room = made;
        return made;
    }

    /** Another one with the very same guests. */
    PretendHypervisor twin() {
        return hypervisor.twin("pretend:///twin");
    }

    private GuestsRoom room() {
        return Objects.requireNonNull(room, "start one first");
    }

    /** Time passes, a second with each look, until this is so. */
    void until(String what, BooleanSupplier so) throws Exception {
        for (int ticks = 0; ticks < MOST_TICKS; ticks++) {
            if (so.getAsBoolean()) {
                return;
            }
            tick();
        }
        throw new AssertionError(
                what + " has not come in " + MOST_TICKS + " s\n" + Story.of(room()) + hypervisor.asked);
    }

    /** So many seconds with a look each. */
    void pass(int seconds) throws Exception {
        for (int i = 0; i < seconds; i++) {
            tick();
        }
    }

    /** A second, a look, and what the healer makes of it. */
    private void tick() throws Exception {
        now = new Moment(now.boot(), now.sinceBoot().plusSeconds(1), now.wall().plusSeconds(1));
        room().look();
        settle();
    }

    /** What the healer was told has come to what it comes to: it answers in order. */
    private void settle() throws Exception {
        room().settle();
        var unused = room().ask("settle", Map.of(), "");
        room().settle();
        room().look();
        room().settle();
    }

    static Stream<String> sets(PretendHypervisor hypervisor, String name) {
        return hypervisor.asked.stream().filter(each -> each.startsWith("set " + name + " "));
    }

    @Override
    public void close() {
        if (room != null) {
            room.close();
        }
    }
}
