package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostIdentityTest {
    private static final String MACHINE = "0123456789abcdef0123456789abcdef";

    @TempDir
    Path root;

    private void file(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Test
    void isDerivedFromTheMachineIdWithoutShowingIt() throws IOException {
        file("etc/machine-id", MACHINE + "\n");
        HostIdentity identity = HostIdentity.read(root);
        assertThat(identity.source()).isEqualTo("machine-id");
        assertThat(identity.id())
                .matches("[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}")
                .isNotEqualTo(MACHINE);
        assertThat(identity.id()).isEqualTo(HostIdentity.derive(HexFormat.of().parseHex(MACHINE)));
        assertThat(HostIdentity.read(root)).isEqualTo(identity);
    }

    @Test
    void theFirstRootWins() throws IOException {
        file("host/etc/machine-id", MACHINE);
        file("pod/etc/machine-id", "f".repeat(32));
        assertThat(HostIdentity.read(root.resolve("host"), root.resolve("pod")).id())
                .isEqualTo(HostIdentity.derive(HexFormat.of().parseHex(MACHINE)));
    }

    @Test
    void fallsBackToTheFirmwareThenToTheName() throws IOException {
        file("etc/machine-id", "uninitialized\n");
        assertThat(HostIdentity.read(root).source()).isEqualTo("name");
        file("sys/class/dmi/id/product_uuid", "11111111-2222-3333-4444-555555555555\n");
        assertThat(HostIdentity.read(root).source()).isEqualTo("product-uuid");
        assertThat(HostIdentity.read(root).name()).isNotEmpty();
    }
}
