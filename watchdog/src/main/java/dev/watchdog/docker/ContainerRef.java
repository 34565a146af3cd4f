package dev.watchdog.docker;

import java.util.regex.Pattern;

/**
 * Which container.
 *
 * @param id the full id, 64 lower-case hex digits
 * @param name chosen by whoever made it: untrusted text, for people only; may be empty
 */
public record ContainerRef(String id, String name) {
    private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

    public ContainerRef {
        requireId(id);
    }

    /** Whether this is a full container id and nothing else. */
    public static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    static String requireId(String text) {
        if (!isId(text)) {
            throw new IllegalArgumentException("not a container id of 64 hex digits: " + Plain.line(text));
        }
        return text;
    }
}
