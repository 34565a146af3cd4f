package dev.watchdog.testing;

import dev.watchdog.testing.Programs.Ran;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A guest of {@link Libvirtd}: Debian's cloud kernel, emulated in software (TCG), with busybox and the balloon's driver in
 * an initial RAM file system. It boots in some seconds and ends with its daemon at the latest.
 */
public final class TestGuest implements AutoCloseable {
    private static final Duration BOOT = Duration.ofMinutes(10);
    private static final Duration DEADLINE = Duration.ofMinutes(6);
    private static final List<String> MODULES = List.of(
            "virtio/virtio",
            "virtio/virtio_ring",
            "virtio/virtio_pci_legacy_dev",
            "virtio/virtio_pci_modern_dev",
            "virtio/virtio_pci",
            "block/virtio_blk",
            "virtio/virtio_balloon");

    private final Libvirtd daemon;
    private final UUID uuid;
    private final Path log;
    private final GuestConsole console;

    private TestGuest(Libvirtd daemon, UUID uuid, Path log, GuestConsole console) {
        this.daemon = daemon;
        this.uuid = uuid;
        this.log = log;
        this.console = console;
    }

    /**
     * What a guest is made of.
     *
     * @param memoryMib its maximum, which it boots with
     * @param balloon whether it has a balloon
     * @param period seconds between its driver's reports from the start; 0: it reports only when asked to
     * @param diskMib of zeros at /dev/vda, held open, so that what is read of it stays in the page cache
     * @param swapMib of swap at /dev/vdb; 0 is none
     * @param nvdimmMib of persistent memory beside that; 0 is none
     * @param bootMib of files in memory that it fills each time it boots, before its balloon's driver is loaded
     * @param metadata an element for libvirt's {@code <metadata>}; may be empty
     */
    public record Shape(
            String name,
            int memoryMib,
            boolean balloon,
            int period,
            int diskMib,
            int swapMib,
            int nvdimmMib,
            int bootMib,
            String metadata) {
        /** With a balloon and a disk of its size, without swap and metadata. */
        public static Shape of(String name, int memoryMib) {
            return new Shape(name, memoryMib, true, 0, memoryMib, 0, 0, 0, "");
        }

        public Shape withoutBalloon() {
            return new Shape(name, memoryMib, false, period, diskMib, swapMib, nvdimmMib, bootMib, metadata);
        }

        public Shape withPeriod(int seconds) {
            return new Shape(name, memoryMib, balloon, seconds, diskMib, swapMib, nvdimmMib, bootMib, metadata);
        }

        public Shape withSwap(int mib) {
            return new Shape(name, memoryMib, balloon, period, diskMib, mib, nvdimmMib, bootMib, metadata);
        }

        public Shape withNvdimm(int mib) {
            return new Shape(name, memoryMib, balloon, period, diskMib, swapMib, mib, bootMib, metadata);
        }

        public Shape withBootLoad(int mib) {
            return new Shape(name, memoryMib, balloon, period, diskMib, swapMib, nvdimmMib, mib, metadata);
        }

        public Shape withMetadata(String element) {
            return new Shape(name, memoryMib, balloon, period, diskMib, swapMib, nvdimmMib, bootMib, element);
        }
    }

    /** Boots it and waits until commands can be run; builds Debian first if there is none. */
    public static TestGuest boot(Libvirtd daemon, Shape shape) {
        UUID uuid = UUID.randomUUID();
        try {
            Path directory = Files.createDirectory(daemon.directory().resolve("guest-" + uuid));
            Files.write(directory.resolve("initramfs"), initramfs());
            sparse(directory.resolve("vda"), shape.diskMib);
            sparse(directory.resolve("vdb"), shape.swapMib);
            sparse(directory.resolve("nvdimm"), shape.nvdimmMib);
            Path xml = Files.writeString(directory.resolve("guest.xml"), xml(shape, uuid, directory));
            long begun = System.nanoTime();
            daemon.virsh("create", xml.toString()).orFail();
            Path log = directory.resolve("console.log");
            Awaitility.await("the shell of guest " + shape.name)
                    .atMost(BOOT)
                    .until(() -> Files.exists(log) && Files.readString(log).contains("=ready"));
            System.err.println("guest " + shape.name + ": up after "
                    + Duration.ofNanos(System.nanoTime() - begun).toMillis() + " ms");
            return new TestGuest(daemon, uuid, log, new GuestConsole(directory.resolve("commands.sock")));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot boot guest " + shape.name, e);
        }
    }

    public UUID uuid() {
        return uuid;
    }

    /** Has its shell run a line; what is to go on must end in {@code &} and print nothing. */
    public Ran run(String line) {
        try {
            return console.run(line, DEADLINE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + line + " in guest " + uuid, e);
        }
    }

    /** Resets it, as a reboot or a crash does, and waits until commands can be run again. */
    public void reset() {
        long boots = boots();
        daemon.virsh("reset", uuid.toString()).orFail();
        Awaitility.await("the shell of " + uuid + " after its reset")
                .atMost(BOOT)
                .until(() -> boots() > boots);
    }

    private long boots() {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains("=ready")).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A field of the guest's own /proc/meminfo. */
    public long meminfoKib(String field) {
        return Long.parseLong(run("awk '$1 == \"" + field + ":\" {print $2}' /proc/meminfo")
                .orFail()
                .text());
    }

    /** A counter of the guest's own /proc/vmstat. */
    public long vmstat(String field) {
        return Long.parseLong(run("awk '$1 == \"" + field + "\" {print $2}' /proc/vmstat")
                .orFail()
                .text());
    }

    /** Takes its power. */
    @Override
    public void close() throws IOException {
        console.close();
        daemon.virsh("destroy", uuid.toString()).orFail();
    }

    private static byte[] initramfs() throws IOException {
        Path root = MachineImage.root();
        byte[] init;
        try (InputStream file = TestGuest.class.getResourceAsStream("guest-init")) {
            init = Objects.requireNonNull(file, "guest-init").readAllBytes();
        }
        Initramfs made = new Initramfs();
        Stream.of("bin", "dev", "modules", "proc", "sys", "tmp").forEach(made::directory);
        made.device("dev/console", 5, 1);
        made.file("bin/busybox", Files.readAllBytes(root.resolve("usr/bin/busybox")));
        made.file("init", init);
        Path drivers = release(root).resolve("kernel/drivers");
        for (String module : MODULES) {
            String name = module.substring(module.indexOf('/') + 1) + ".ko";
            made.file("modules/" + name, Files.readAllBytes(drivers.resolve(module + ".ko")));
        }
        return made.bytes();
    }

    /** The modules of the kernel that /vmlinuz links to. */
    private static Path release(Path root) throws IOException {
        String kernel =
                root.resolve("vmlinuz").toRealPath().getFileName().toString().substring("vmlinuz-".length());
        return root.resolve("usr/lib/modules").resolve(kernel);
    }

    private static void sparse(Path file, int mib) throws IOException {
        try (RandomAccessFile disk = new RandomAccessFile(file.toFile(), "rw")) {
            disk.setLength((long) mib << 20);
        }
    }

    private static String xml(Shape shape, UUID uuid, Path directory) {
        String disks = disk(directory, "vda") + (shape.swapMib > 0 ? disk(directory, "vdb") : "");
        return """
                <domain type='qemu'>
                  <name>%s</name>
                  <uuid>%s</uuid>
                  <metadata>%s</metadata>
                  %s
                  <vcpu>1</vcpu>
                  <os>
                    <type arch='x86_64' machine='pc'>hvm</type>
                    <kernel>%s</kernel>
                    <initrd>%s/initramfs</initrd>
                    <cmdline>console=ttyS0 quiet panic=-1 mitigations=off no_timer_check%s</cmdline>
                  </os>
                  <features><acpi/></features>
                  <devices>
                    <emulator>/usr/bin/qemu-system-x86_64</emulator>
                    %s
                    <controller type='usb' model='none'/>
                    <serial type='file'><source path='%s/console.log'/><target port='0'/></serial>
                    <serial type='unix'><source mode='bind' path='%s/commands.sock'/><target port='1'/></serial>
                    %s
                    %s
                  </devices>
                </domain>
                """.formatted(
                        shape.name.replace("&", "&amp;").replace("<", "&lt;"),
                        uuid,
                        shape.metadata,
                        memory(shape),
                        MachineImage.kernel(),
                        directory,
                        shape.bootMib > 0 ? " bootload=" + shape.bootMib : "",
                        disks,
                        directory,
                        directory,
                        nvdimm(shape, directory),
                        balloon(shape));
    }

    /** Memory that is plugged in needs slots, and a node of the guest's to be plugged into. */
    private static String memory(Shape shape) {
        String memory = "<memory unit='MiB'>" + shape.memoryMib + "</memory>";
        return shape.nvdimmMib == 0
                ? memory
                : "<maxMemory slots='2' unit='MiB'>8192</maxMemory>" + memory
                        + "<cpu><numa><cell id='0' cpus='0' memory='" + shape.memoryMib + "' unit='MiB'/></numa></cpu>";
    }

    private static String nvdimm(Shape shape, Path directory) {
        return shape.nvdimmMib == 0
                ? ""
                : "<memory model='nvdimm' access='shared'><source><path>" + directory + "/nvdimm</path></source>"
                        + "<target><size unit='MiB'>" + shape.nvdimmMib + "</size><node>0</node></target></memory>";
    }

    private static String balloon(Shape shape) {
        if (!shape.balloon) {
            return "<memballoon model='none'/>";
        }
        return shape.period == 0
                ? "<memballoon model='virtio'/>"
                : "<memballoon model='virtio'><stats period='" + shape.period + "'/></memballoon>";
    }

    private static String disk(Path directory, String name) {
        return "<disk type='file'><driver name='qemu' type='raw' cache='unsafe'/><source file='" + directory + "/"
                + name + "'/><target dev='" + name + "' bus='virtio'/></disk>";
    }
}
