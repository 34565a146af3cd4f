package dev.watchdog.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.libvirt.LibvirtException.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * More guests than anybody runs, and guests of which libvirt says more than anybody needs, by libvirt's own test driver, in
 * a process with the agent's heap. Argument: a directory.
 */
public final class HostileGuests {
    private static final UUID LARGE = new UUID(7, 1);
    private static final UUID TOO_LARGE = new UUID(7, 2);

    private HostileGuests() {}

    public static void main(String[] arguments) throws Exception {
        Path node = Path.of(arguments[0], "node.xml");
        write(node, Domains.MOST_GUESTS);
        try (LibvirtHypervisor test = hypervisor(node)) {
            List<GuestStats> all = test.stats().get(60, TimeUnit.SECONDS);
            assertThat(all).hasSize(Domains.MOST_GUESTS);
            assertThat(test.xml(LARGE).get(60, TimeUnit.SECONDS)).hasSizeGreaterThan(1_000_000);
            LibvirtException why = failure(test.xml(TOO_LARGE));
            assertThat(why.reason()).isEqualTo(Reason.REFUSED);
            assertThat(why).hasMessageContaining("it is longer than 1048576 bytes");
        }
        write(node, Domains.MOST_GUESTS + 1);
        try (LibvirtHypervisor test = hypervisor(node)) {
            LibvirtException why = failure(test.stats());
            assertThat(why.reason()).isEqualTo(Reason.REFUSED);
            assertThat(why).hasMessage("libvirt lists 2001 guests, more than the 2000 that are watched");
        }
        System.out.println("done");
        System.exit(0);
    }

    private static LibvirtHypervisor hypervisor(Path node) {
        return new LibvirtHypervisor("test://" + node, LibvirtHypervisor.Timing.SHIPPED);
    }

    private static LibvirtException failure(CompletableFuture<?> answer) throws Exception {
        try {
            throw new AssertionError("answered: " + answer.get(60, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof LibvirtException why) {
                return why;
            }
            throw e;
        }
    }

    private static void write(Path node, int guests) throws Exception {
        try (var out = Files.newBufferedWriter(node)) {
            out.write("<node>");
            for (int i = 0; i < guests; i++) {
                UUID id = i == 0 ? LARGE : i == 1 ? TOO_LARGE : UUID.randomUUID();
                String description = "d".repeat(i == 0 ? 1_000_000 : i == 1 ? 1_100_000 : 10);
                out.write("<domain type='test'><name>g" + i + "</name><uuid>" + id + "</uuid><description>"
                        + description + "</description><memory>1024</memory><os><type>hvm</type></os></domain>");
            }
            out.write("</node>");
        }
    }
}
