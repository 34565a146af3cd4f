package dev.watchdog.guests;

import dev.watchdog.healing.Action;
import dev.watchdog.healing.DataSize;
import dev.watchdog.healing.Enabled;
import dev.watchdog.healing.Mode;
import dev.watchdog.libvirt.Hypervisor;
import dev.watchdog.libvirt.LibvirtHypervisor;
import dev.watchdog.linux.KernelFiles;
import dev.watchdog.linux.SystemClock;
import dev.watchdog.testing.Libvirtd;
import dev.watchdog.testing.LimitedGroup;
import dev.watchdog.testing.TestGuest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.ThrowingRunnable;

/**
 * A private libvirtd with real guests, and the agent's room over it. The host's memory is the test's: a procfs of its own
 * says that nobody but the guests holds any, so that the budget is what the test wants on a machine that has plenty and
 * whose other users come and go.
 */
final class RealHost implements AutoCloseable {
    /** The longest that the agent may need: a balloon that is taken for stuck rests for a minute. */
    static final Duration LONG = Duration.ofSeconds(150);

    private static final int BOOTS = 4;
    private static final long TOTAL_MIB = 64 << 10;
    private static final String OPTED_IN =
            "<watchdog:memory xmlns:watchdog='" + MetadataElement.NAMESPACE + "' manage='yes'/>";

    final Libvirtd daemon;
    private final List<RealGuest> guests = new ArrayList<>();

    RealHost() throws IOException {
        daemon = new Libvirtd();
    }

    /** One that takes part. */
    static TestGuest.Shape optedIn(String name, int mib) {
        return TestGuest.Shape.of(name, mib).withMetadata(OPTED_IN);
    }

    /** Boots them, a few at a time: libvirt waits for no machine that is out of breath. */
    List<RealGuest> boot(TestGuest.Shape... shapes) {
        ExecutorService boots = Executors.newFixedThreadPool(BOOTS);
        try {
            List<CompletableFuture<RealGuest>> all = Arrays.stream(shapes)
                    .map(shape -> CompletableFuture.supplyAsync(
                            () -> new RealGuest(daemon, shape, TestGuest.boot(daemon, shape)), boots))
                    .toList();
            List<RealGuest> booted = all.stream().map(CompletableFuture::join).toList();
            guests.addAll(booted);
            return booted;
        } finally {
            boots.shutdownNow();
        }
    }

    /** Boots one that the test closes itself. */
    RealGuest bootOne(TestGuest.Shape shape) {
        return new RealGuest(daemon, shape, TestGuest.boot(daemon, shape));
    }

    /** As where libvirtd runs in a container, or QEMU in a pod: what the guest takes counts there from the first page on. */
    RealGuest bootIn(LimitedGroup group, TestGuest.Shape shape) throws IOException {
        group.take(daemon.pid());
        try {
            return bootOne(shape);
        } finally {
            group.letGo(daemon.pid());
        }
    }

    /** One of which an agent sees the real process and control groups. */
    static void show(Path directory, RealGuest guest) throws IOException {
        show(directory, guest.qemu());
    }

    /** A real process that an agent sees, with its control groups. */
    static void show(Path directory, long pid) throws IOException {
        Path procfs = files(directory).proc();
        Files.copy(
                Path.of("/proc/self/mountinfo"), procfs.resolve("self/mountinfo"), StandardCopyOption.REPLACE_EXISTING);
        Path process = Path.of("/proc", Long.toString(pid));
        Files.createSymbolicLink(procfs.resolve(process.getFileName()), process);
    }

    /** Starts an agent on the journal in that directory, with so much for all guests. */
    GuestsRoom start(Path directory, long budgetMib, BiConsumer<MoveStep, Action> steps) throws Exception {
        return start(daemon.uri(), directory, budgetMib, steps);
    }

    /** Starts an agent that sees this machine's own memory and whoever waits for it. */
    GuestsRoom startOnMachine(Path directory) throws Exception {
        GuestsSettings settings = new GuestsSettings(Enabled.TRUE, Duration.ofSeconds(1), new DataSize(0), List.of());
        return new GuestsRoom(
                directory.resolve("journal"),
                SystemClock.open(),
                Mode.HEAL,
                settings,
                List.of(new LibvirtHypervisor(daemon.uri(), LibvirtHypervisor.Timing.SHIPPED)),
                KernelFiles.HOST,
                MoveStep.UNHEARD);
    }

    static GuestsRoom start(String uri, Path directory, long budgetMib, BiConsumer<MoveStep, Action> steps)
            throws Exception {
        GuestsSettings settings = new GuestsSettings(
                Enabled.TRUE, Duration.ofSeconds(1), DataSize.mebibytes(TOTAL_MIB - budgetMib), List.of());
        Hypervisor hypervisor = new LibvirtHypervisor(uri, LibvirtHypervisor.Timing.SHIPPED);
        return new GuestsRoom(
                directory.resolve("journal"),
                SystemClock.open(),
                Mode.HEAL,
                settings,
                List.of(hypervisor),
                files(directory),
                steps);
    }

    private static KernelFiles files(Path directory) throws IOException {
        KernelFiles files = KernelFiles.below(directory);
        Path procfs = files.proc();
        Files.createDirectories(procfs.resolve("pressure"));
        Files.createDirectories(procfs.resolve("self"));
        // without control groups: nothing limits anybody
        if (!Files.exists(procfs.resolve("self/mountinfo"))) {
            Files.writeString(procfs.resolve("self/mountinfo"), "");
        }
        long kib = TOTAL_MIB << 10;
        Files.writeString(procfs.resolve("meminfo"), "MemTotal: " + kib + " kB\nMemAvailable: " + kib + " kB\n");
        Files.writeString(procfs.resolve("vmstat"), "pswpin 0\npswpout 0\n");
        Files.writeString(
                procfs.resolve("pressure/memory"),
                "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
        return files;
    }

    /**
     * Waits until nothing but need decides about these guests: they have settled and reported often enough. Each for
     * itself: on a busy machine one of many is late with its numbers at any time.
     */
    static void awaitSettled(GuestsRoom room, List<RealGuest> guests) {
        Set<RealGuest> unsettled = new HashSet<>(guests);
        until(room, "all have settled", () -> {
            unsettled.removeIf(each -> each.isMovable(room));
            return unsettled.isEmpty();
        });
    }

    /** Waits until a guest's numbers are there. */
    static void awaitKnown(GuestsRoom room, RealGuest guest) {
        until(
                room,
                guest.name + " is known",
                () -> room.room.inventory().stream()
                        .anyMatch(each -> each.subject().id().equals(guest.id.toString())
                                && each.state().equals("healthy")));
    }

    /** Waits for something, with the story if it does not come. */
    static void until(GuestsRoom room, String what, BooleanSupplier so) {
        try {
            Awaitility.await(what)
                    .atMost(LONG)
                    .pollInterval(Duration.ofMillis(100))
                    .until(so::getAsBoolean);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(what + " has not come in " + LONG.toSeconds() + " s\n" + Story.of(room), e);
        }
    }

    /** Holds that something stays so for that long, with the story if it does not. */
    static void during(GuestsRoom room, Duration time, ThrowingRunnable so) {
        try {
            Awaitility.await().during(time).atMost(time.plusSeconds(3)).untilAsserted(so);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(e.getMessage() + "\n" + Story.of(room), e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            for (RealGuest each : guests) {
                each.close();
            }
        } finally {
            daemon.close();
        }
    }
}
