package dev.watchdog.linux;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.Optional;

/**
 * The terminal on standard output.
 *
 * @param rows how many lines it shows; 0 when it does not know, as on a serial line
 * @param columns how many characters a line has; 0 when it does not know
 */
public record Terminal(int rows, int columns) {
    private static final int STANDARD_OUTPUT = 1;

    /** ioctl_tty(2): struct winsize of four unsigned shorts, rows and columns first. */
    private static final int WINSIZE_BYTES = 8;

    /** As it is now, for it may be resized; empty when standard output is no terminal. Any thread. */
    public static Optional<Terminal> now() {
        try (Memory size = new Memory(WINSIZE_BYTES)) {
            long done = Libc.syscall(Abi.SYS_IOCTL, STANDARD_OUTPUT, Abi.TIOCGWINSZ, Pointer.nativeValue(size), 0, 0);
            return done < 0
                    ? Optional.empty()
                    : Optional.of(new Terminal(
                            Short.toUnsignedInt(size.getShort(0)), Short.toUnsignedInt(size.getShort(Short.BYTES))));
        }
    }
}
