package dev.watchdog.events;

import java.util.Locale;
import java.util.regex.Pattern;

/** A media type as a writer of CloudEvents may put it: in any case of letters, and with the one charset that JSON has. */
final class MediaType {
    private static final Pattern CHARSET = Pattern.compile("\\s*charset=\"?utf-8\"?\\s*", Pattern.CASE_INSENSITIVE);

    private MediaType() {}

    /** The type alone, without parameters. */
    static String essence(String text) {
        return text.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
    }

    /** True if it has no parameter but, perhaps, that it is in UTF-8. */
    static boolean isUtf8(String text) {
        String[] parts = text.split(";", -1);
        return parts.length == 1
                || (parts.length == 2 && CHARSET.matcher(parts[1]).matches());
    }

    static boolean isJson(String text) {
        return essence(text).equals(CloudEventsFormat.JSON) && isUtf8(text);
    }
}
