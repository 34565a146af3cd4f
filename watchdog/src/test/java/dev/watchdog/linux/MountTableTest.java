package dev.watchdog.linux;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MountTableTest {
    private static MountTable parse(String text) {
        return MountTable.parse(text.getBytes(ISO_8859_1));
    }

    @Test
    void readsEveryField() {
        MountTable table = parse(
                "29 24 253:1 /rootfs /var/lib/a\\040b\\134c rw,relatime shared:9 master:2 - ext4 /dev/mapper/x\\0411 rw,stripe=16\n");
        assertThat(table.oddLines()).isZero();
        assertThat(table.entries())
                .containsExactly(new MountEntry(
                        29,
                        24,
                        253,
                        1,
                        "/rootfs",
                        "/var/lib/a b\\c",
                        "rw,relatime",
                        "shared:9 master:2",
                        "ext4",
                        "/dev/mapper/x!1",
                        "rw,stripe=16"));
    }

    @Test
    void overlayOptionsAreUnescapedAfterSplitting() {
        MountEntry entry = parse(
                        "5 1 0:7 / /m rw - overlay overlay rw,lowerdir=/a:/b,upperdir=/x\\054y\\075z,workdir=/w\n")
                .entries()
                .get(0);
        assertThat(entry.propagation()).isEmpty();
        assertThat(entry.superOption("upperdir")).isEqualTo("/x,y=z");
        assertThat(entry.superOption("lowerdir")).isEqualTo("/a:/b");
        assertThat(entry.superOption("upper")).isNull();
        assertThat(entry.superOption("rw")).isNull();
    }

    @Test
    void oddLinesAreSkippedAndCounted() {
        MountTable table = parse("nonsense\n\n1 2 x:y / /a rw - t s o\n1 2 0:3 / /a rw - t\n1 2 03 / /a rw - t s o\n"
                + "1 2 0:3 / /good rw - t s o\n1 2 0:3 / /cut");
        assertThat(table.entries()).extracting(MountEntry::mountPoint).containsExactly("/good");
        assertThat(table.oddLines()).isEqualTo(5);
    }

    @Test
    void anEmptySourceAndBytesThatAreNotUtf8AreKept() {
        MountEntry entry =
                parse("1 2 0:3 / /a\u00ff rw - tmpfs  rw\n").entries().get(0);
        assertThat(entry.source()).isEmpty();
        assertThat(PathBytes.encode(entry.mountPoint())).containsExactly('/', 'a', 0xff);
    }

    @Test
    void findsByIdAndWhatIsMountedOnIt() {
        MountTable table = parse("1 1 0:3 / / rw - t s o\n2 1 0:4 / /a rw - t s o\n3 2 0:5 / /a/b rw - t s o\n");
        assertThat(table.byId(2)).extracting(MountEntry::mountPoint).isEqualTo("/a");
        assertThat(table.byId(9)).isNull();
        assertThat(table.mountedOn(1)).extracting(MountEntry::id).containsExactly(2L);
        assertThat(table.mountedOn(3)).isEmpty();
    }

    @Test
    void anyBytesAreReadWithoutFailing() {
        SplittableRandom random = new SplittableRandom(3);
        String alphabet = "0123:/ -\\,=\n\u00e9";
        for (int i = 0; i < 5_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(80); j > 0; j--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            assertThat(parse(text.toString()).oddLines()).isNotNegative();
        }
    }

    @Test
    void goesDownToTheMountThatHoldsAPath() {
        String mountinfo = """
                30 29 8:1 / / rw - ext4 /dev/sda1 rw
                40 30 8:2 / /a rw - ext4 /dev/sda2 rw
                41 40 8:3 / /a/b rw - ext4 /dev/sda3 rw
                42 40 8:4 / /a rw - ext4 /dev/sda4 rw
                43 42 0:5 / /a/c\\040d rw - tmpfs tmpfs rw
                """;
        MountTable table = MountTable.parse(mountinfo.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(java.util.stream.Stream.of("/", "/ab", "/a", "/a/b", "/a/c", "/a/c d/e")
                        .map(path -> java.util.Objects.requireNonNull(table.holding(path))
                                .id()))
                // the newer mount on /a hides what is mounted in the older one
                .containsExactly(30L, 30L, 42L, 42L, 42L, 43L);
        assertThat(MountTable.parse(new byte[0]).holding("/")).isNull();
    }
}
