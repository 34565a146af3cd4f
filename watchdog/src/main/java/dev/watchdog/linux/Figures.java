package dev.watchdog.linux;

import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/** Numbers out of the small text files of procfs, a line each. */
final class Figures {
    /** The longest, vmstat, has some 5 KiB; bounded so that no odd file fills the memory. */
    private static final int MAX_BYTES = 1 << 18;

    private Figures() {}

    /** The whole file; at most {@value #MAX_BYTES} bytes, else it fails with EOVERFLOW. */
    static String text(Path file) throws ErrnoException {
        try (Descriptor open = Descriptor.open(Abi.AT_FDCWD, file.toString(), 0)) {
            byte[] bytes = ByteReader.all(open, MAX_BYTES);
            return PathBytes.decode(bytes, 0, bytes.length);
        }
    }

    /**
     * A whole line.
     *
     * @param form with the number as its group; at most 15 digits, so that it fits and can be counted in
     */
    static Pattern line(String form) {
        return Pattern.compile("^" + form + "$", Pattern.MULTILINE | Pattern.UNIX_LINES);
    }

    /** Empty when no line has that form. */
    static OptionalLong first(Pattern line, String text) {
        Matcher found = line.matcher(text);
        return found.find() ? OptionalLong.of(Long.parseLong(found.group(1))) : OptionalLong.empty();
    }

    /** Of every line that has that form. */
    static LongStream all(Pattern line, String text) {
        return line.matcher(text).results().mapToLong(found -> Long.parseLong(found.group(1)));
    }
}
