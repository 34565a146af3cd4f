package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each single piece of being root's alone, forged. */
class FileOwnerTest {
    private static final int DIRECTORY = 0040000;
    private static final int SYMLINK = 0120777;
    private static final int SOCKET = 0140000;
    private static final int FILE = 0100000;
    private static final FileOwner ROOTS = directory(0, 0755);
    private static final FileOwner SHARED = directory(0, 01777);

    private static FileOwner directory(int uid, int mode) {
        return new FileOwner(uid, DIRECTORY | mode, 8, 1);
    }

    @Test
    void whatIsRootsAloneIsBelieved() {
        assertThat(ROOTS.objection(null)).isNull();
        assertThat(directory(0, 0700).objection(ROOTS)).isNull();
        assertThat(new FileOwner(0, FILE | 0644, 8, 1).objection(ROOTS)).isNull();
        assertThat(new FileOwner(0, SYMLINK, 8, 1).objection(ROOTS)).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {DIRECTORY | 0700, SYMLINK, SOCKET | 0600, FILE | 0400})
    void whatBelongsToAnotherIsNot(int mode) {
        assertThat(new FileOwner(12345, mode, 8, 1).objection(ROOTS)).isEqualTo("belongs to user 12345, not to root");
        assertThat(new FileOwner(-2, mode, 8, 1).objection(ROOTS)).contains("user 4294967294");
    }

    @ParameterizedTest
    @ValueSource(ints = {0775, 0757, 0777, 0720, 0702})
    void whatOthersMayWriteToIsNot(int mode) {
        assertThat(directory(0, mode).objection(ROOTS)).contains(String.format("(mode 0%o)", mode));
        assertThat(new FileOwner(0, FILE | mode, 8, 1).objection(ROOTS)).contains("written to by others");
    }

    /** Who may connect to a socket, and not who may put another in its place. */
    @Test
    void aSocketsModeDoesNotMatter() {
        assertThat(new FileOwner(0, SOCKET | 0666, 8, 1).objection(ROOTS)).isNull();
    }

    @Test
    void inADirectoryWithTheStickyBitDirectoriesAndSocketsOfRootsAreBelieved() {
        assertThat(SHARED.objection(ROOTS)).isNull();
        assertThat(ROOTS.objection(SHARED)).isNull();
        assertThat(new FileOwner(0, SOCKET | 0660, 8, 1).objection(SHARED)).isNull();
    }

    @Test
    void inADirectoryWithTheStickyBitSymlinksFilesAndMountsAreNot() {
        assertThat(new FileOwner(0, SYMLINK, 8, 1).objection(SHARED)).contains("in a directory that others");
        assertThat(new FileOwner(0, FILE | 0644, 8, 1).objection(SHARED)).contains("in a directory that others");
        assertThat(new FileOwner(0, DIRECTORY | 0755, 0, 44).objection(SHARED)).startsWith("is a mount");
        assertThat(new FileOwner(0, DIRECTORY | 0755, 9, 1).objection(SHARED)).startsWith("is a mount");
        assertThat(new FileOwner(0, DIRECTORY | 0755, 0, 44).objection(ROOTS)).isNull();
    }

    @Test
    void theStickyBitOfAFileMeansNothing() {
        assertThat(new FileOwner(0, FILE | 01777, 8, 1).objection(ROOTS)).contains("written to by others");
    }
}
