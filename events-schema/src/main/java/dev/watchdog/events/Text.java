package dev.watchdog.events;

/**
 * Makes text fit to be written as JSON, whatever its origin. What a container, a kernel file or an engine says may be of
 * any length and may hold halves of characters, which JSON in UTF-8 cannot carry: neither may keep an event from being
 * recorded.
 */
final class Text {
    /** Longer text is cut to so many UTF-16 units; four such fields and an {@link Evidence} stay below 1 MiB of JSON. */
    static final int MOST = 16_384;

    private static final char ELLIPSIS = '\u2026';
    private static final char REPLACEMENT = '\uFFFD';

    private Text() {}

    /** The text itself if it is fit, else cut with an ellipsis and with lone surrogates replaced by U+FFFD. */
    static String fit(String text) {
        return whole(text.length() <= MOST ? text : cut(text, MOST));
    }

    /** One short line for a message: no line breaks or other control characters that could forge a log line. */
    static String line(String text) {
        String head = text.length() <= 300 ? text : cut(text, 300);
        return whole(head.replaceAll("\\p{Cntrl}+", " "));
    }

    private static String cut(String text, int most) {
        int end = most - 1;
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + ELLIPSIS;
    }

    private static String whole(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return replaceHalves(text);
            }
        }
        return text;
    }

    private static String replaceHalves(String text) {
        StringBuilder result = new StringBuilder(text.length());
        text.codePoints().forEach(point -> result.appendCodePoint(isHalf(point) ? REPLACEMENT : point));
        return result.toString();
    }

    private static boolean isHalf(int point) {
        return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    }
}
