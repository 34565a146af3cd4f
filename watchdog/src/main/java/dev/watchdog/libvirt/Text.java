package dev.watchdog.libvirt;

import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;

/** Text from libvirt, which guests' owners may have chosen: bounded, and fit for one line where it is for people. */
final class Text {
    private static final int LINE = 500;

    private Text() {}

    /** One line of at most 500 characters, control characters made spaces. */
    static String line(String text) {
        String cut = text.length() <= LINE ? text : text.substring(0, LINE) + "…";
        return cut.replaceAll("[\\p{Cntrl}\\u2028\\u2029]+", " ").strip();
    }

    /** A C string in UTF-8 up to so many bytes, or null when it is longer. */
    static @org.jspecify.annotations.Nullable String read(Pointer text, int most) {
        long length = text.indexOf(0, (byte) 0);
        if (length > most) {
            return null;
        }
        return new String(text.getByteArray(0, (int) length), StandardCharsets.UTF_8);
    }
}
