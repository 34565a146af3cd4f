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
    private final GuestConsole console;

    private TestGuest(Libvirtd daemon, UUID uuid, GuestConsole console) {
        this.daemon = daemon;
        this.uuid = uuid;
        this.console = console;
    }

    /**
     * What a guest is made of.
     *
     * @param memoryMib its maximum, which it boots with
     * @param balloon whether it has a balloon; its driver reports only when asked to
     * @param diskMib of zeros at /dev/vda, held open, so that what is read of it stays in the page cache
     * @param swapMib of swap at /dev/vdb; 0 is none
     * @param metadata an element for libvirt's {@code <metadata>}; may be empty
     */
    public record Shape(String name, int memoryMib, boolean balloon, int diskMib, int swapMib, String metadata) {
        /** With a balloon and a disk of its size, without swap and metadata. */
        public static Shape of(String name, int memoryMib) {
            return new Shape(name, memoryMib, true, memoryMib, 0, "");
        }

        public Shape withoutBalloon() {
            return new Shape(name, memoryMib, false, diskMib, swapMib, metadata);
        }

        public Shape withSwap(int mib) {
            return new Shape(name, memoryMib, balloon, diskMib, mib, metadata);
        }

        public Shape withMetadata(String element) {
            return new Shape(name, memoryMib, balloon, diskMib, swapMib, element);
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
            Path xml = Files.writeString(directory.resolve("guest.xml"), xml(shape, uuid, directory));
            long begun = System.nanoTime();
            daemon.virsh("create", xml.toString()).orFail();
            Path log = directory.resolve("console.log");
            Awaitility.await("the shell of guest " + shape.name)
                    .atMost(BOOT)
                    .until(() -> Files.exists(log) && Files.readString(log).contains("=ready"));
            System.err.println("guest " + shape.name + ": up after "
                    + Duration.ofNanos(System.nanoTime() - begun).toMillis() + " ms");
            return new TestGuest(daemon, uuid, new GuestConsole(directory.resolve("commands.sock")));
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
                  <memory unit='MiB'>%d</memory>
                  <vcpu>1</vcpu>
                  <os>
                    <type arch='x86_64' machine='pc'>hvm</type>
                    <kernel>%s</kernel>
                    <initrd>%s/initramfs</initrd>
                    <cmdline>console=ttyS0 quiet panic=-1 mitigations=off no_timer_check</cmdline>
                  </os>
                  <features><acpi/></features>
                  <devices>
                    <emulator>/usr/bin/qemu-system-x86_64</emulator>
                    %s
                    <controller type='usb' model='none'/>
                    <serial type='file'><source path='%s/console.log'/><target port='0'/></serial>
                    <serial type='unix'><source mode='bind' path='%s/commands.sock'/><target port='1'/></serial>
                    <memballoon model='%s'/>
                  </devices>
                </domain>
                """.formatted(
                        shape.name.replace("&", "&amp;").replace("<", "&lt;"),
                        uuid,
                        shape.metadata,
                        shape.memoryMib,
                        MachineImage.kernel(),
                        directory,
                        disks,
                        directory,
                        directory,
                        shape.balloon ? "virtio" : "none");
    }

    private static String disk(Path directory, String name) {
        return "<disk type='file'><driver name='qemu' type='raw' cache='unsafe'/><source file='" + directory + "/"
                + name + "'/><target dev='" + name + "' bus='virtio'/></disk>";
    }
}
